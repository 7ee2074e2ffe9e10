package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Values of one key, each the same factor greater than the one before: those of MTU and window
 * twice as great, as others fit neither adapters nor messages.
 *
 * @param key what is changed
 * @param values ascending, in the base unit of the key
 */
record Sweep(SweepKey key, List<Double> values) {
  private static final Pattern FORM = Pattern.compile("([^=]+)=(.+?)\\.\\.(.+?)(?::([0-9]{1,4}))?");

  private static final MathContext TWO_DIGITS = new MathContext(2);

  private static final int USUAL_POINTS = 9;
  private static final int MOST_POINTS = 200;

  Sweep {
    values = List.copyOf(values);
  }

  /**
   * Reads {@code KEY=FROM..TO[:POINTS]}.
   *
   * @param link tells how its values are spelled
   * @throws IllegalArgumentException if it is none
   */
  static Sweep parse(String text, LinkProfile link) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no sweep: write KEY=FROM..TO[:POINTS], such as loss=1e-6..1e-2:9");
    }
    SweepKey key = SweepKey.parse(matcher.group(1));
    double from = key.read(link, matcher.group(2));
    double to = key.read(link, matcher.group(3));
    int pointCount = matcher.group(4) == null ? USUAL_POINTS : Integer.parseInt(matcher.group(4));
    if (!(from > 0 && to > from) || pointCount < 2 || pointCount > MOST_POINTS) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' has no points to try: FROM must be above 0, TO above FROM, and POINTS in 2.."
              + MOST_POINTS);
    }
    if (!key.isDoubled()) {
      return new Sweep(key, spread(from, to, pointCount).boxed().toList());
    }
    if (matcher.group(4) != null) {
      throw new IllegalArgumentException(
          "'" + text + "': " + key.text() + " is doubled from FROM on, and takes no POINTS");
    }
    return new Sweep(key, doubled(from, to).boxed().toList());
  }

  private static DoubleStream spread(double from, double to, int pointCount) {
    double factor = Math.pow(to / from, 1.0 / (pointCount - 1));
    return IntStream.range(0, pointCount)
        .mapToDouble(i -> i == pointCount - 1 ? to : rounded(from * Math.pow(factor, i)));
  }

  /** To two digits, so that the table shows what was tried. */
  private static double rounded(double value) {
    return new BigDecimal(value).round(TWO_DIGITS).doubleValue();
  }

  private static DoubleStream doubled(double from, double to) {
    return DoubleStream.iterate(from, value -> value <= to, value -> value * 2);
  }
}
