package dev.sluice.transport.socket.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a PEM file (RFC 7468), as {@code openssl} and {@code certtool} write them: text
 * between the blocks, which both like to add, is passed over.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /** Of RFC 1421, which openssl's "traditional" encrypted keys have. */
  private static final Pattern ENCRYPTED = Pattern.compile("Proc-Type:[^\n]*ENCRYPTED");

  private Pem() {}

  /**
   * A block.
   *
   * @param label such as {@code CERTIFICATE}
   * @param body what stands between the labels, not decoded
   */
  record Block(String label, String body) {
    boolean isEncrypted() {
      return label.startsWith("ENCRYPTED") || ENCRYPTED.matcher(body).find();
    }

    /**
     * Returns the bytes.
     *
     * @throws IllegalArgumentException if they are not in Base 64
     */
    byte[] der() {
      return Base64.getDecoder().decode(body.replaceAll("\\s+", ""));
    }
  }

  /** Returns the blocks of a file, in its order. */
  static List<Block> blocks(byte[] file) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(new String(file, ISO_8859_1));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }
}
