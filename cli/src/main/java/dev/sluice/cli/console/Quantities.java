package dev.sluice.cli.console;

import dev.sluice.api.ByteCounts;
import java.time.Duration;
import java.util.Locale;

/** Quantities as text for people, in one spelling everywhere. */
public final class Quantities {
  private Quantities() {}

  /**
   * Returns the mean rate; 0 where no time has passed.
   *
   * @param byteCount bytes that were moved
   * @param elapsed how long that took
   */
  public static long bytesPerSecond(long byteCount, Duration elapsed) {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds > 0 ? (long) (byteCount / seconds) : 0;
  }

  /**
   * Returns the mean rate, such as {@code 1.2 GiB/s}.
   *
   * @param byteCount bytes that were moved
   * @param elapsed how long that took
   */
  public static String rate(long byteCount, Duration elapsed) {
    return ByteCounts.format(bytesPerSecond(byteCount, elapsed)) + "/s";
  }

  /**
   * Returns a length of time in seconds, such as {@code 2.31}.
   *
   * @param elapsed the time
   */
  public static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.2f", elapsed.toNanos() / 1e9);
  }

  /**
   * Returns a number of bytes exactly, and where that is hard to read in larger units too: {@code
   * 37738912 bytes (36.0 MiB)}.
   *
   * @param byteCount the number
   */
  public static String bytes(long byteCount) {
    return byteCount < 1024
        ? byteCount + " bytes"
        : byteCount + " bytes (" + ByteCounts.format(byteCount) + ")";
  }
}
