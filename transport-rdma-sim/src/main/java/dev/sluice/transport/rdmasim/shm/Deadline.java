package dev.sluice.transport.rdmasim.shm;

import java.time.Duration;

/** A moment on the monotonic clock of this JVM, and how far away it was: for messages. */
record Deadline(long nanoTime, Duration allowed) {
  /** Returns the moment a duration from now; a duration of centuries counts as one of them. */
  static Deadline after(Duration duration) {
    boolean countable = duration.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) < 0;
    long nanos = countable ? duration.toNanos() : Long.MAX_VALUE / 2;
    return new Deadline(System.nanoTime() + nanos, duration);
  }

  /** Returns how long it is until then; 0 once it has passed. */
  long remainingNanos() {
    return Math.max(0, nanoTime - System.nanoTime());
  }

  boolean passed() {
    return remainingNanos() == 0;
  }

  /** Returns the allowed time for a message, such as {@code 500 ms} or {@code 30 s}. */
  String text() {
    return allowed.toMillis() % 1000 == 0 ? allowed.toSeconds() + " s" : allowed.toMillis() + " ms";
  }
}
