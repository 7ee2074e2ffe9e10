package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * What the copying thread does just now, and since when; written by that thread, read by the
 * watchdog and whoever shows progress.
 */
final class Activity {
  private enum Phase {
    READING,
    WRITING,
    /** Closing the outgoing side: its own linger time or the disk's pace limits that. */
    DELIVERING
  }

  /** Replaced as a whole, so that a watcher never joins one's phase with another's start. */
  private record Step(Phase phase, long startNanos) {}

  private volatile Step step = new Step(Phase.READING, System.nanoTime());
  private volatile long byteCount;

  void reading() {
    step = new Step(Phase.READING, System.nanoTime());
  }

  void writing() {
    step = new Step(Phase.WRITING, System.nanoTime());
  }

  void delivering() {
    step = new Step(Phase.DELIVERING, System.nanoTime());
  }

  boolean isReading() {
    return step.phase() == Phase.READING;
  }

  /** Adds bytes that were written; one thread only. */
  void written(long moved) {
    long before = byteCount;
    byteCount = before + moved;
  }

  long byteCount() {
    return byteCount;
  }

  /** Returns why the present step has taken too long, if it has. */
  Optional<TransportException> overdue(CopyOptions options) {
    Step now = step;
    return switch (now.phase()) {
      case WRITING ->
          overdue(
              now,
              Optional.of(options.stallTimeout()),
              "stalled: the outgoing side took nothing for",
              "find out why the receiver does not read, or allow a longer stall");
      case READING ->
          overdue(
              now,
              options.idleTimeout(),
              "idle: the incoming side sent nothing for",
              "find out why the sender is silent, or allow a longer idle time");
      case DELIVERING -> Optional.empty();
    };
  }

  private static Optional<TransportException> overdue(
      Step step, Optional<Duration> atMost, String what, String hint) {
    long elapsedNanos = System.nanoTime() - step.startNanos();
    return atMost
        .filter(limit -> limit.compareTo(Duration.ofNanos(elapsedNanos)) <= 0)
        .map(
            limit ->
                new TransportException(
                    Kind.TIMED_OUT, what + " " + limit.toMillis() + " ms", hint, null));
  }
}
