package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The connections of a relay that are open, and whether more are wanted; for any thread. */
final class Links {
  private final RelayOptions options;
  private final Set<Link> open = new HashSet<>();
  private long admittedCount;
  private boolean served;
  private boolean accepting = true;

  Links(RelayOptions options) {
    this.options = options;
  }

  synchronized boolean accepting() {
    return accepting;
  }

  /** Takes a connection in, unless no more are wanted. */
  synchronized boolean admit(Link link) {
    if (!accepting) {
      return false;
    }
    open.add(link);
    admittedCount++;
    accepting = admittedCount < options.maxConnections().orElse(Integer.MAX_VALUE);
    return true;
  }

  /**
   * Lets a connection go that has ended.
   *
   * @return whether no more are wanted now
   */
  synchronized boolean ended(Link link) {
    open.remove(link);
    served |= link.wasReady();
    accepting &= !(options.once() && served && open.isEmpty());
    notifyAll();
    return !accepting;
  }

  /** Wants no more. */
  synchronized void stop() {
    accepting = false;
    notifyAll();
  }

  /** Wants no more, and fails all that are open. */
  void abandon(TransportException why) {
    List<Link> all;
    synchronized (this) {
      accepting = false;
      all = List.copyOf(open);
      notifyAll();
    }
    all.forEach(link -> link.fail(Leg.INCOMING, why));
  }

  /** Waits a little, unless no more are wanted. */
  synchronized void pause(Duration duration) throws ClosedByInterruptException {
    try {
      if (accepting) {
        TimeUnit.NANOSECONDS.timedWait(this, duration.toNanos());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  /**
   * Waits until all have ended.
   *
   * @throws ClosedByInterruptException if the thread is interrupted; its status stays set
   */
  synchronized void awaitNone() throws ClosedByInterruptException {
    try {
      while (!open.isEmpty()) {
        wait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  /** Waits until all have ended, whatever happens meanwhile: they were abandoned. */
  void awaitNoneWhatever() {
    boolean interrupted = Thread.interrupted();
    while (openCount() > 0) {
      try {
        awaitNone();
      } catch (ClosedByInterruptException _) {
        interrupted = Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized int openCount() {
    return open.size();
  }

  synchronized List<Link> all() {
    return List.copyOf(open);
  }
}
