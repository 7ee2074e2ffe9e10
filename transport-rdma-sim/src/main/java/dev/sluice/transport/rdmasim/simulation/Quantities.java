package dev.sluice.transport.rdmasim.simulation;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rates, times and probabilities as text; whoever reads them throws IllegalArgumentException. */
final class Quantities {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]*)(?:/s)?");

  private static final Map<String, Long> RATE_UNITS =
      Map.of("bit", 1L, "kbit", 1_000L, "Mbit", 1_000_000L, "Gbit", 1_000_000_000L);
  private static final Map<String, Long> TIME_UNITS =
      Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);

  // More than any wire there is, and few enough for a packet's picoseconds to be worth counting.
  static final long HIGHEST_BITS_PER_SECOND = 10_000_000_000_000L;
  // A thousand hours: far below what a long holds in picoseconds, 2562 hours.
  static final long LONGEST_NANOS = 3_600_000_000_000_000L;

  private Quantities() {}

  /** Reads bits per second; returns 0 for a rate without limit, which nobody may write as such. */
  static long parseRate(String text) {
    if (text.equals("inf")) {
      return 0;
    }
    String what = "a rate: write 25Gbit, 100Mbit or inf";
    long rate = parse(text, RATE_UNITS, HIGHEST_BITS_PER_SECOND, what);
    if (rate == 0) {
      throw new IllegalArgumentException("'" + text + "' is not " + what);
    }
    return rate;
  }

  static long parseNanos(String text) {
    // A zero needs no unit.
    if (text.equals("0")) {
      return 0;
    }
    return parse(
        text,
        TIME_UNITS,
        LONGEST_NANOS,
        "a time of at most 1000 hours: write 350ns, 1.5us, 20ms or 1s");
  }

  /** Returns it in the largest unit that leaves no fraction, such as {@code 1500us}. */
  static String formatNanos(long nanos) {
    return TIME_UNITS.entrySet().stream()
        .filter(unit -> nanos % unit.getValue() == 0)
        .max(Map.Entry.comparingByValue())
        .map(unit -> nanos / unit.getValue() + unit.getKey())
        .orElseThrow();
  }

  private static long parse(String text, Map<String, Long> units, long most, String what) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (matcher.matches() && text.length() < 40) {
      Long unit = units.get(matcher.group(2));
      if (unit != null) {
        BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (value.stripTrailingZeros().scale() <= 0
            && value.compareTo(BigDecimal.valueOf(most)) <= 0) {
          return value.longValueExact();
        }
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not " + what);
  }

  static double parseProbability(String text) {
    try {
      double value =
          text.endsWith("%")
              ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
              : Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException(notAProbability(text), notOne);
    }
    throw new IllegalArgumentException(notAProbability(text));
  }

  private static String notAProbability(String text) {
    return "'" + text + "' is not a probability: write 0.001, 1e-4 or 0.1%";
  }

  static double parseNumber(String what, String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException(what + " '" + text + "' is not a number", notOne);
    }
    throw new IllegalArgumentException(what + " '" + text + "' is not a number");
  }

  static long parseCount(String what, String text, long least, long most) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException(outside(what, text, least, most), notOne);
    }
    throw new IllegalArgumentException(outside(what, text, least, most));
  }

  private static String outside(String what, String text, long least, long most) {
    return what + " '" + text + "' is not a whole number from " + least + " to " + most;
  }
}
