package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What both directions of a connection share: the lock that guards their counters, the condition on
 * which callers wait, and how it all ended.
 */
final class Fate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable TransportException failure;
  private boolean over;
  private final String name;

  Fate(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Wakes everybody who waits. The caller holds the lock. */
  void changed() {
    changed.signalAll();
  }

  /**
   * Waits; the caller holds the lock. An interrupt does not end this: the base class of channels
   * hears of it and aborts the channel, which does.
   */
  void awaitUntil(BooleanSupplier done) {
    while (!done.getAsBoolean() && !isDecided()) {
      changed.awaitUninterruptibly();
    }
  }

  /** As above, for a limited time; returns whether it was not used up. */
  boolean awaitUntil(BooleanSupplier done, long nanos) {
    long deadline = System.nanoTime() + nanos;
    boolean interrupted = false;
    long left = nanos;
    while (!done.getAsBoolean() && !isDecided() && left > 0) {
      try {
        changed.awaitNanos(left);
      } catch (InterruptedException seenByTheBaseClassToo) {
        interrupted = true;
      }
      left = deadline - System.nanoTime();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return left > 0;
  }

  private boolean isDecided() {
    return over || failure != null;
  }

  /** Keeps the first failure. */
  void fail(TransportException cause) {
    lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      changed();
    } finally {
      unlock();
    }
  }

  /** Says that this side has ended the connection: nobody waits any more. */
  void end() {
    lock();
    try {
      over = true;
      changed();
    } finally {
      unlock();
    }
  }

  /** Returns whether this side has ended the connection. The caller holds the lock. */
  boolean isOver() {
    return over;
  }

  /**
   * Throws if the connection failed; a new exception each time, as one must not be thrown twice.
   * The caller holds the lock.
   */
  void requireSound() throws TransportException {
    if (failure != null) {
      throw new TransportException(
          failure.kind(), failure.getMessage(), failure.hint().orElse(null), failure);
    }
  }

  /** Returns whether the connection failed. The caller holds the lock. */
  boolean hasFailed() {
    return failure != null;
  }

  /**
   * Waits for the end of a thread; returns whether it has ended. An interrupt is kept for later.
   */
  static boolean joinFor(Thread thread, long millis) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (left > 0 && thread.isAlive()) {
      try {
        thread.join(left);
      } catch (InterruptedException kept) {
        interrupted = true;
      }
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
