package dev.sluice.engine.transfer;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many bytes a second may pass, for many threads together. The rate may change at any moment,
 * also for those who wait, and an interrupt ends a wait: that is what Guava's {@code RateLimiter}
 * cannot do.
 *
 * <p>Whoever finds credit takes as much as it wants, on credit of the next ones. What is not used
 * is kept for a twentieth of a second only, so that a rate stays a rate.
 */
final class RateBudget {
  private static final long SHARES_PER_SECOND = 20;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Lets one at a time wait for credit, in the order in which they came. */
  private final ReentrantLock turn = new ReentrantLock(true);

  /** 0: no limit. */
  private volatile long bytesPerSecond;

  private double credit;
  private long creditedNanos = System.nanoTime();

  RateBudget(OptionalLong bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond.orElse(0);
  }

  /** Changes the rate. A debt that was a moment's at the old rate stays one at the new rate. */
  synchronized void rate(OptionalLong limit) {
    collect();
    bytesPerSecond = limit.orElse(0);
    credit = Math.max(credit, -share());
    notifyAll();
  }

  /** Returns how many bytes to move at once, so that the rate is smooth. */
  int share() {
    long rate = bytesPerSecond;
    return rate == 0
        ? Integer.MAX_VALUE
        : Math.clamp(rate / SHARES_PER_SECOND, 1, Integer.MAX_VALUE);
  }

  /**
   * Waits until some bytes may pass, which they have then.
   *
   * @param byteCount at most what {@link #share} said, or a waiting rate change is felt late
   */
  void take(int byteCount) throws InterruptedException {
    if (bytesPerSecond == 0) {
      return;
    }
    turn.lockInterruptibly();
    try {
      spend(byteCount);
    } finally {
      turn.unlock();
    }
  }

  private synchronized void spend(int byteCount) throws InterruptedException {
    collect();
    while (bytesPerSecond != 0 && credit < 0) {
      long nanos = (long) (-credit / bytesPerSecond * NANOS_PER_SECOND);
      TimeUnit.NANOSECONDS.timedWait(this, nanos + 1);
      collect();
    }
    credit -= byteCount;
  }

  private void collect() {
    long now = System.nanoTime();
    double earned = (now - creditedNanos) / NANOS_PER_SECOND * bytesPerSecond;
    credit = bytesPerSecond == 0 ? 0 : Math.min(credit + earned, share());
    creditedNanos = now;
  }
}
