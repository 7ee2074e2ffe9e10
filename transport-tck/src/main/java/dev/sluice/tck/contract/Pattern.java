package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * A stream of bytes in which each has its place: lost, doubled and swapped bytes are seen. Safe for
 * any thread.
 */
final class Pattern {
  /** A prime, so that no block size of a transport lines up with it. */
  private static final int PERIOD = 65_521;

  private final byte[] period = new byte[PERIOD];

  Pattern(long seed) {
    new SplittableRandom(seed).nextBytes(period);
  }

  byte at(long position) {
    return period[(int) (position % PERIOD)];
  }

  /** Fills the room of a buffer with the bytes from a position of the stream on. */
  void fill(ByteBuffer target, long position) {
    long next = position;
    while (target.hasRemaining()) {
      int offset = (int) (next % PERIOD);
      int byteCount = Math.min(target.remaining(), PERIOD - offset);
      target.put(period, offset, byteCount);
      next += byteCount;
    }
  }

  byte[] bytes(long position, int byteCount) {
    byte[] bytes = new byte[byteCount];
    fill(ByteBuffer.wrap(bytes), position);
    return bytes;
  }

  ByteBuffer buffer(long position, int byteCount) {
    return ByteBuffer.wrap(bytes(position, byteCount));
  }

  /** Fails unless the bytes of a buffer are those from a position of the stream on. */
  void verify(ByteBuffer received, long position) {
    ByteBuffer rest = received.duplicate();
    long next = position;
    while (rest.hasRemaining()) {
      int offset = (int) (next % PERIOD);
      int byteCount = Math.min(rest.remaining(), PERIOD - offset);
      ByteBuffer expected = ByteBuffer.wrap(period, offset, byteCount).slice();
      int mismatch = rest.slice(rest.position(), byteCount).mismatch(expected);
      if (mismatch >= 0) {
        fail(
            "byte "
                + (next + mismatch)
                + " of the stream is "
                + rest.get(rest.position() + mismatch)
                + ", not "
                + expected.get(mismatch));
      }
      rest.position(rest.position() + byteCount);
      next += byteCount;
    }
  }
}
