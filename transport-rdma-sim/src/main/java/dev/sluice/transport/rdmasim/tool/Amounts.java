package dev.sluice.transport.rdmasim.tool;

import java.math.BigDecimal;
import java.util.Locale;

/** Quantities for people; for byte counts there is {@link dev.sluice.api.ByteCounts}. */
final class Amounts {
  private static final String[] TIME_UNITS = {"ns", "us", "ms", "s"};
  private static final String[] RATE_UNITS = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
  private static final double STEP = 1000;

  private Amounts() {}

  /** Returns such as {@code 40.00 ms}. */
  static String time(long nanos) {
    return scaled((double) nanos, TIME_UNITS);
  }

  /** Returns such as {@code 98.04 Gbit/s}. */
  static String rate(double bitsPerSecond) {
    return Double.isInfinite(bitsPerSecond) ? "no limit" : scaled(bitsPerSecond, RATE_UNITS);
  }

  private static String scaled(double value, String... units) {
    double left = value;
    int unit = 0;
    // What would be rounded to a thousand is one of the next unit.
    while (left >= 999.95 && unit < units.length - 1) {
      left /= STEP;
      unit++;
    }
    if (unit == 0 && left == Math.rint(left)) {
      return Math.round(left) + " " + units[0];
    }
    int decimals = left < 10 ? 3 : left < 100 ? 2 : 1;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", left, units[unit]);
  }

  /** Returns such as {@code 97.9 %}. */
  static String share(double part, double whole) {
    if (whole == 0 || Double.isInfinite(whole)) {
      return "-";
    }
    double percent = part / whole * 100;
    return String.format(Locale.ROOT, percent > 0 && percent < 1 ? "%.3f %%" : "%.1f %%", percent);
  }

  /** Returns such as {@code 4.5 %}. */
  static String share(long part, long whole) {
    return share((double) part, (double) whole);
  }

  /** Returns such as {@code 1e-6}, {@code 3.2e-3} or {@code 0.1}, which can be typed again. */
  static String probability(double probability) {
    BigDecimal exact = new BigDecimal(Double.toString(probability)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    return exponent >= -1
        ? exact.toPlainString()
        : exact.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
  }

  /** Returns such as {@code 268,435,456}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
