package dev.sluice.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Bytes to send, and whether they have come. */
public final class Bytes {
  /** Fixed, because nothing here depends on the values: any that do not repeat will do. */
  private static final long SEED = 20_260_101;

  private Bytes() {}

  /**
   * Returns bytes that do not repeat; the same ones for the same count.
   *
   * @param byteCount how many
   */
  public static byte[] random(int byteCount) {
    byte[] bytes = new byte[byteCount];
    new SplittableRandom(SEED + byteCount).nextBytes(bytes);
    return bytes;
  }

  /**
   * Makes a file of such bytes.
   *
   * @param file its name
   * @param byteCount how many
   */
  public static Path file(Path file, long byteCount) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED + byteCount);
    byte[] chunk = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = byteCount; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, (int) Math.min(left, chunk.length));
      }
    }
    return file;
  }

  /**
   * Checks that two files are equal.
   *
   * @param expected one
   * @param actual the other
   */
  public static void assertSame(Path expected, Path actual) throws IOException {
    assertEquals(-1, Files.mismatch(expected, actual), () -> expected + " differs from " + actual);
  }

  /**
   * Returns a digest in hexadecimal.
   *
   * @param bytes what to sum up
   */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Returns the digest of a file of any size in hexadecimal.
   *
   * @param file what to sum up
   */
  public static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
