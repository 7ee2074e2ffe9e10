package dev.sluice.engine.transfer;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How many bytes move before the copy counts them and says that it lives; for one thread.
 *
 * <p>A kernel copy, and a write to a blocking socket, return when all was taken and tell nothing
 * before. So a long stride makes a slow receiver look like one that takes nothing, and a short one
 * makes a fast copy slower. It therefore doubles while strides are quick, and halves while they are
 * not. Doubling also keeps the first one that blocks about as long as what the buffers on the way
 * took at once, and they are filled again in lumps of that order anyway.
 */
final class Stride {
  static final long LEAST_BYTES = 32 << 10;

  /** System calls are few enough at this size; more brings nothing. */
  static final long MOST_BYTES = 1 << 20;

  /** Below the period of the watchdog, and far below any useful stall time-out. */
  static final Duration QUICK = Duration.ofMillis(100);

  /**
   * A stride at a limited rate takes a twentieth of a second: smooth, and quick to be cancelled.
   */
  private static final long STRIDES_PER_SECOND = 20;

  private final long least;
  private final long most;
  private long byteCount;

  /**
   * @param rate bytes a second that will be kept to; empty: no limit
   */
  Stride(OptionalLong rate) {
    most = Math.clamp(rate.orElse(Long.MAX_VALUE) / STRIDES_PER_SECOND, 1, MOST_BYTES);
    least = Math.min(LEAST_BYTES, most);
    byteCount = least;
  }

  /** Returns how long the next one shall be. */
  int byteCount() {
    return (int) byteCount;
  }

  /** Learns how long the last one took. */
  void took(Duration elapsed) {
    long wanted = elapsed.compareTo(QUICK) < 0 ? byteCount * 2 : byteCount / 2;
    byteCount = Math.clamp(wanted, least, most);
  }
}
