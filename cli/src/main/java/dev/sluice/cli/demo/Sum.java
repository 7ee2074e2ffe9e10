package dev.sluice.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a stream sums up to.
 *
 * @param byteCount its length
 * @param digest its SHA-256, in hexadecimal
 */
record Sum(long byteCount, String digest) {
  private static final int BUFFER_BYTES = 256 << 10;

  /** Reads a stream to its end. */
  static Sum of(InputStream stream) throws IOException {
    Builder sum = new Builder();
    byte[] buffer = new byte[BUFFER_BYTES];
    int byteCount;
    while ((byteCount = stream.read(buffer)) >= 0) {
      sum.add(buffer, byteCount);
    }
    return sum.build();
  }

  /** Sums up; for one thread. */
  static final class Builder {
    private final MessageDigest digest = sha256();
    private long total;

    void add(byte[] bytes, int byteCount) {
      digest.update(bytes, 0, byteCount);
      total += byteCount;
    }

    Sum build() {
      return new Sum(total, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException impossible) {
        throw new AssertionError("every JDK has SHA-256", impossible);
      }
    }
  }
}
