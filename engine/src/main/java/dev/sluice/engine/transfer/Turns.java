package dev.sluice.engine.transfer;

import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections open their outgoing sides one at a time, in the order in which they became
 * ready. One that never becomes ready keeps nobody waiting for long.
 *
 * <p>Without a hand-shake a connection is ready as soon as it is accepted, but its thread says so a
 * little later, and threads run in any order. So whoever is ready within {@link #AT_ONCE} after its
 * thread began to run counts as ready from its acceptance on, and those behind it wait for that
 * long to see whether it is.
 */
final class Turns {
  /**
   * Long for a first TLS hand-shake in a cold JVM on a busy machine, which was seen to take 1.7 s;
   * short for a connection to wait behind a silent one.
   */
  static final Duration AT_ONCE = Duration.ofSeconds(3);

  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableSet<Place> starting = new TreeSet<>(Place.ORDER);
  private final NavigableSet<Place> ready = new TreeSet<>(Place.ORDER);

  /** In its turn; in neither set. */
  private @Nullable Place current;

  private final long startNanos = System.nanoTime();
  private long placeCount;
  private long turnCount;

  private long now() {
    return System.nanoTime() - startNanos;
  }

  /** Gives a place, in the order of the calls; the caller closes it. */
  Place place() {
    lock.lock();
    try {
      Place place = new Place(this, now(), placeCount++);
      starting.add(place);
      return place;
    } finally {
      lock.unlock();
    }
  }

  /** The one whose turn is next looks whether it has come; nobody else need. */
  private void changed() {
    if (!ready.isEmpty()) {
      ready.first().changed.signal();
    }
  }

  /** Returns for how long one accepted before may still be ready at once; zero or less: not. */
  private long startingNanos(Place next) {
    long now = now();
    return starting.headSet(next).stream()
        .mapToLong(before -> before.runningNanos + AT_ONCE.toNanos() - now)
        .max()
        .orElse(0);
  }

  /** A connection's place. Closing it ends its turn, or its waiting for one. */
  static final class Place implements AutoCloseable {
    private static final Comparator<Place> ORDER =
        Comparator.<Place>comparingLong(place -> place.nanos)
            .thenComparingLong(place -> place.number);

    private final Turns turns;
    private final long number;
    private final Condition changed;

    /** When it was accepted; from when it is ready on, since when it counts as ready. */
    private long nanos;

    /** When its thread began to run; for ever in the future until it does, which is soon. */
    private long runningNanos = Long.MAX_VALUE - AT_ONCE.toNanos();

    private Place(Turns turns, long nanos, long number) {
      this.turns = turns;
      this.nanos = nanos;
      this.number = number;
      this.changed = turns.lock.newCondition();
    }

    /** Says that its thread runs, and begins with what it has to do to be ready. */
    void running() {
      turns.lock.lock();
      try {
        runningNanos = turns.now();
        turns.changed();
      } finally {
        turns.lock.unlock();
      }
    }

    /** Says that it is ready, and waits for its turn; returns the number of the turn, from 1 on. */
    long await() throws InterruptedException {
      turns.lock.lockInterruptibly();
      try {
        turns.starting.remove(this);
        long now = turns.now();
        nanos = now - runningNanos < AT_ONCE.toNanos() ? nanos : now;
        turns.ready.add(this);
        turns.changed();
        while (!isNext()) {
          changed.await();
        }
        turns.ready.remove(this);
        turns.current = this;
        return ++turns.turnCount;
      } finally {
        turns.lock.unlock();
      }
    }

    @SuppressWarnings("ReferenceEquality") // a place is only itself
    private boolean isNext() throws InterruptedException {
      while (turns.current == null && turns.ready.first() == this) {
        long nanosToWait = turns.startingNanos(this);
        if (nanosToWait <= 0) {
          return true;
        }
        changed.awaitNanos(nanosToWait);
      }
      return false;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a place is only itself
    public void close() {
      turns.lock.lock();
      try {
        turns.starting.remove(this);
        turns.ready.remove(this);
        if (turns.current == this) {
          turns.current = null;
        }
        turns.changed();
      } finally {
        turns.lock.unlock();
      }
    }
  }
}
