package dev.sluice.transport.socket;

import java.time.Duration;

/** A moment on the monotonic clock of this JVM. */
record Deadline(long nanoTime) {
  /** Returns the moment a duration from now; a duration of centuries counts as one of them. */
  static Deadline after(Duration duration) {
    boolean countable = duration.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) < 0;
    return new Deadline(System.nanoTime() + (countable ? duration.toNanos() : Long.MAX_VALUE / 2));
  }

  boolean passed() {
    return remainingNanos() == 0;
  }

  /** Returns how long it is until then; 0 once it has passed. */
  long remainingNanos() {
    return Math.max(0, nanoTime - System.nanoTime());
  }

  /** Returns the same in milliseconds, rounded up: a time-out of 0 means for ever to the JDK. */
  int remainingMillis() {
    return Math.clamp((remainingNanos() + 999_999) / 1_000_000, 1, Integer.MAX_VALUE);
  }

  /** Returns the moment at which one of several equal parts of the remaining time has passed. */
  Deadline share(int parts) {
    return new Deadline(System.nanoTime() + remainingNanos() / parts);
  }
}
