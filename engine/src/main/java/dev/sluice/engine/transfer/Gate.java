package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.transfer.Reserves.Reserve;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
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

  private static final Duration TELL_PERIOD = Duration.ofSeconds(10);

  private final Reserves reserves = new Reserves();
  private int unestablished;
  private boolean shut;

  /** When a shortage was told last. */
  private OptionalLong toldNanos = OptionalLong.empty();

  /**
   * Makes sure that there will ever be room, before the first connection.
   *
   * @throws TransportException of kind {@link Kind#LIMIT} if there are no descriptors for one
   */
  void requireRoom() throws TransportException {
    reserves.requireRoom();
  }

  /**
   * Waits for room, and takes it until {@link #leave}. Once the gate is {@link #shut}, nothing is
   * taken.
   *
   * @return descriptors for the outgoing side, which the caller closes; empty: no room in time
   * @throws TransportException of kind {@link Kind#LIMIT} if there are no descriptors
   * @throws ClosedByInterruptException if the thread is interrupted; its status stays set
   */
  synchronized Optional<Reserve> enter(Duration atMost)
      throws TransportException, ClosedByInterruptException {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      while (isClosed()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return Optional.empty();
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
    Reserve reserve = reserves.take();
    unestablished++;
    return Optional.of(reserve);
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

  /** Returns whether to tell that there is a shortage: connections come and go at the limit. */
  synchronized boolean tellsShortage() {
    long now = System.nanoTime();
    boolean tells = toldNanos.isEmpty() || now - toldNanos.getAsLong() >= TELL_PERIOD.toNanos();
    if (tells) {
      toldNanos = OptionalLong.of(now);
    }
    return tells;
  }

  /**
   * Lets whoever came last give its descriptors up for the one whose turn it is.
   *
   * @return whether there is anybody who has some
   */
  boolean lastGivesWay() {
    return reserves.giveLastBack();
  }

  /** Waits a little, or until there may be more room. */
  synchronized void pause(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.timedWait(this, duration.toNanos());
  }
}
