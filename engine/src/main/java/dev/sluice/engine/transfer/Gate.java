package dev.sluice.engine.transfer;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps those who want to connect outside while there is no room for them; for any thread.
 *
 * <p>There is none while too many are still to show who they are, since each costs memory and a
 * thread, and anybody can come. Nor is there while a connection that was let in waits for a
 * descriptor for its outgoing side: one more would take the next that becomes free.
 */
final class Gate {
  /** At 60 KiB of memory for a TLS hand-shake that is far below what a small heap has. */
  static final int MOST_UNESTABLISHED = 200;

  private int unestablished;
  private int starving;

  /**
   * Waits for room, and takes it until {@link #leave}.
   *
   * @return false if there was none in time
   * @throws ClosedByInterruptException if the thread is interrupted; its status stays set
   */
  synchronized boolean enter(Duration atMost) throws ClosedByInterruptException {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      while (isClosed()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
    unestablished++;
    return true;
  }

  private boolean isClosed() {
    return unestablished == MOST_UNESTABLISHED || starving > 0;
  }

  /** Gives back what {@link #enter} took: the hand-shake is done or has failed, or nobody came. */
  synchronized void leave() {
    unestablished--;
    notifyAll();
  }

  /**
   * Keeps everybody outside until as many calls of {@link #fed}.
   *
   * @return whether nobody did already
   */
  synchronized boolean starving() {
    return starving++ == 0;
  }

  /** Ends what {@link #starving} began. */
  synchronized void fed() {
    starving--;
    notifyAll();
  }

  /** Waits a little, or until there may be more room. */
  synchronized void pause(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.timedWait(this, duration.toNanos());
  }
}
