package dev.sluice.transport.rdmasim.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a stream to the rate of a link, in lumps of about a millisecond.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time.
 */
final class Pacer {
  /** Sends some of the bytes of some buffers, as far as their limits go. */
  @FunctionalInterface
  interface Send {
    long send(ByteBuffer[] sources, int offset, int length) throws IOException;
  }

  private static final long LUMP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LEAST_LUMP_BYTES = 4096;
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final double bytesPerSecond;
  private final long lumpBytes;

  /** When what was sent so far would have left. */
  private long freeNanos = System.nanoTime();

  /**
   * Creates one.
   *
   * @param bytesPerSecond more than 0; infinite: no limit
   */
  Pacer(double bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    lumpBytes = Math.max(LEAST_LUMP_BYTES, (long) (bytesPerSecond / NANOS_PER_SECOND * LUMP_NANOS));
  }

  /** Returns how long nothing may be sent, in ns; 0: now. */
  long delayNanos() {
    return Math.max(0, freeNanos - System.nanoTime());
  }

  /** Sends at most a lump. */
  long send(ByteBuffer[] sources, int offset, int length, Send send) throws IOException {
    if (bytesPerSecond == Double.POSITIVE_INFINITY) {
      return send.send(sources, offset, length);
    }
    long left = lumpBytes;
    int last = offset;
    while (last < offset + length - 1 && sources[last].remaining() < left) {
      left -= sources[last++].remaining();
    }
    ByteBuffer cut = sources[last];
    int limit = cut.limit();
    cut.limit((int) Math.min(limit, cut.position() + left));
    try {
      long byteCount = send.send(sources, offset, last - offset + 1);
      long nanos = (long) (byteCount * (NANOS_PER_SECOND / bytesPerSecond));
      freeNanos = Math.max(freeNanos, System.nanoTime() - LUMP_NANOS) + nanos;
      return byteCount;
    } finally {
      cut.limit(limit);
    }
  }
}
