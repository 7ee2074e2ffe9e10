package dev.sluice.transport.socket.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Writes PEM files, as a tool would that renews certificates: under another name first. */
public final class PemFiles {
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private PemFiles() {}

  /** Writes certificates. */
  public static void write(Path file, X509Certificate... certificates) throws IOException {
    StringBuilder text = new StringBuilder();
    for (X509Certificate each : certificates) {
      try {
        text.append(block("CERTIFICATE", each.getEncoded()));
      } catch (GeneralSecurityException failed) {
        throw new AssertionError(failed);
      }
    }
    write(file, text.toString());
  }

  /** Writes a list of certificates that are not to be believed any more. */
  public static void write(Path file, X509CRL list) throws IOException {
    try {
      write(file, "X509 CRL", list.getEncoded());
    } catch (GeneralSecurityException failed) {
      throw new AssertionError(failed);
    }
  }

  /** Writes one block. */
  public static void write(Path file, String label, byte[] der) throws IOException {
    write(file, block(label, der));
  }

  /** Returns a block as text. */
  public static String block(String label, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(label, LINES.encodeToString(der), label);
  }

  /** Writes a file that its user alone can read, in one step. */
  public static void write(Path file, String text) throws IOException {
    Path draft =
        Files.createTempFile(
            file.getParent(),
            "draft",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(draft, text.getBytes(US_ASCII));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
