package dev.sluice.engine.transfer;

import com.google.common.hash.HashCode;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Locale;

/** How to sum up the bytes of a stream. */
public enum DigestAlgorithm {
  /** SHA-256: as {@code sha256sum} prints it. */
  SHA256,

  /** CRC-32C (Castagnoli, RFC 3720): eight hexadecimal digits, most significant first. */
  CRC32C;

  /** Returns the name that users write: {@code sha256}, {@code crc32c}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  Hasher newHasher() {
    // Not kept: most copies need none, and looking for SHA-256 takes 10 ms.
    HashFunction function =
        switch (this) {
          case SHA256 -> Hashing.sha256();
          case CRC32C -> Hashing.crc32c();
        };
    return function.newHasher();
  }

  /** Guava writes a 32-bit code least significant byte first; nobody else does. */
  String print(HashCode code) {
    return this == CRC32C ? "%08x".formatted(code.asInt()) : code.toString();
  }
}
