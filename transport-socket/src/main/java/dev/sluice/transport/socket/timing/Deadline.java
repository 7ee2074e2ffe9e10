package dev.sluice.transport.socket.timing;

import java.time.Duration;
import java.util.Locale;

/**
 * A moment on the monotonic clock of this JVM.
 *
 * @param nanoTime as {@link System#nanoTime} counts
 */
public record Deadline(long nanoTime) {
  /**
   * Returns the moment a duration from now; a duration of centuries counts as one of them.
   *
   * @param duration how long it is until then
   */
  public static Deadline after(Duration duration) {
    boolean countable = duration.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) < 0;
    return new Deadline(System.nanoTime() + (countable ? duration.toNanos() : Long.MAX_VALUE / 2));
  }

  /** Returns whether it has passed. */
  public boolean passed() {
    return remainingNanos() == 0;
  }

  /** Returns how long it is until then; 0 once it has passed. */
  public long remainingNanos() {
    return Math.max(0, nanoTime - System.nanoTime());
  }

  /** Returns the same as a duration. */
  public Duration remaining() {
    return Duration.ofNanos(remainingNanos());
  }

  /** Returns the same in milliseconds, rounded up: a time-out of 0 means for ever to the JDK. */
  public int remainingMillis() {
    return Math.clamp((remainingNanos() + 999_999) / 1_000_000, 1, Integer.MAX_VALUE);
  }

  /**
   * Returns the moment at which one of several equal parts of the remaining time has passed.
   *
   * @param parts how many
   */
  public Deadline share(int parts) {
    return new Deadline(System.nanoTime() + remainingNanos() / parts);
  }

  /**
   * Returns a duration as it is written in an address, such as {@code 500ms} or {@code 1m30s}; from
   * 1 s on in tenths of a second.
   *
   * @param duration the duration
   */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis < 1_000
        ? millis + "ms"
        : Duration.ofMillis((millis + 50) / 100 * 100)
            .toString()
            .substring("PT".length())
            .toLowerCase(Locale.ROOT);
  }
}
