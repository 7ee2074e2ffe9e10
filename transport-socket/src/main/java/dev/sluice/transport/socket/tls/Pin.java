package dev.sluice.transport.socket.tls;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.hash.Hashing;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * The SHA-256 of a certificate.
 *
 * @param hex 64 hexadecimal digits, in small letters
 */
record Pin(String hex) {
  private static final CharMatcher HEX = CharMatcher.anyOf("0123456789abcdef");
  private static final int DIGIT_COUNT = 64;

  /**
   * Reads a fingerprint, with or without the colons that openssl writes.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Pin parse(String text) {
    String hex = Ascii.toLowerCase(text.replace(":", ""));
    if (hex.length() != DIGIT_COUNT || !HEX.matchesAllOf(hex)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a SHA-256: it has 64 hexadecimal digits, colons aside");
    }
    return new Pin(hex);
  }

  static Pin of(X509Certificate certificate) throws CertificateEncodingException {
    return new Pin(Hashing.sha256().hashBytes(certificate.getEncoded()).toString());
  }

  @Override
  public String toString() {
    return hex;
  }
}
