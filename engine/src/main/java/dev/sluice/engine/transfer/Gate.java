package dev.sluice.engine.transfer;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps those who want to connect outside while there is no room for them; for any thread.
 *
 * <p>There is none while too many are still to show who they are, since each costs memory and a
 * thread, and anybody can come. Nor is there while a connection opens its outgoing side, one at a
 * time: whoever came would take the descriptors that it needs, and could not go on before it.
 */
final class Gate {
  /** At 60 KiB of memory for a TLS hand-shake that is far below what a small heap has. */
  static final int MOST_UNESTABLISHED = 200;

  private int unestablished;
  private boolean shut;

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
    return unestablished == MOST_UNESTABLISHED || shut;
  }

  /** Gives back what {@link #enter} took: the hand-shake is done or has failed, or nobody came. */
  synchronized void leave() {
    unestablished--;
    notifyAll();
  }

  /** Keeps everybody outside until {@link #open}. */
  synchronized void shut() {
    shut = true;
  }

  /** Ends what {@link #shut} began. */
  synchronized void open() {
    shut = false;
    notifyAll();
  }

  /** Waits a little, or until there may be more room. */
  synchronized void pause(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.timedWait(this, duration.toNanos());
  }
}
