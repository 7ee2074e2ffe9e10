package dev.sluice.transport.rdmasim.simulation;

import java.util.List;
import java.util.Locale;

/**
 * How much longer than its usual time a packet takes. It never lets packets of one flow overtake
 * each other, as queues in switches do not either.
 *
 * @param shape the distribution
 * @param nanos width (uniform) or mean (all others), in ns
 * @param parameter deviation in ns (normal) or the shape above 1 (pareto); else 0
 * @param correlation 0 to less than 1: how much of each delay is the one before
 */
public record Jitter(Shape shape, long nanos, double parameter, double correlation) {
  /** The distributions. */
  public enum Shape {
    /** Always 0. */
    NONE,
    /** From 0 to the width. */
    UNIFORM,
    /** Normal; what would be negative is 0. */
    NORMAL,
    /** Exponential. */
    EXPONENTIAL,
    /** Pareto moved to begin at 0: rarely very long. */
    PARETO
  }

  private static final double DEFAULT_PARETO_SHAPE = 3;

  /** Checks the ranges. */
  public Jitter {
    if (nanos < 0
        || !(correlation >= 0 && correlation < 1)
        || (shape == Shape.PARETO && !(parameter > 1))
        || !(parameter >= 0)) {
      throw new IllegalArgumentException(
          "jitter "
              + shape
              + " of "
              + nanos
              + " ns, parameter "
              + parameter
              + ", correlation "
              + correlation
              + ": times are not negative, a pareto shape is above 1, a correlation is below 1");
    }
  }

  /** Returns no jitter. */
  public static Jitter none() {
    return new Jitter(Shape.NONE, 0, 0, 0);
  }

  /**
   * Reads {@code none}, {@code uniform:WIDTH}, {@code normal:MEAN:DEVIATION}, {@code
   * exponential:MEAN} or {@code pareto:MEAN[:SHAPE]}, with {@code :correlation=C} behind it where
   * wanted.
   *
   * @param text such as {@code exponential:5us:correlation=0.25}
   * @throws IllegalArgumentException if it is none
   */
  public static Jitter parse(String text) {
    int at = text.indexOf(":correlation=");
    double correlation =
        at < 0
            ? 0
            : Quantities.parseNumber("correlation", text.substring(at + ":correlation=".length()));
    List<String> parts = List.of((at < 0 ? text : text.substring(0, at)).split(":", -1));
    int count = parts.size();
    String name = parts.get(0);
    if (name.equals("none") && count == 1) {
      return none();
    }
    if (name.equals("uniform") && count == 2) {
      return new Jitter(Shape.UNIFORM, Quantities.parseNanos(parts.get(1)), 0, correlation);
    }
    if (name.equals("normal") && count == 3) {
      return new Jitter(
          Shape.NORMAL,
          Quantities.parseNanos(parts.get(1)),
          Quantities.parseNanos(parts.get(2)),
          correlation);
    }
    if (name.equals("exponential") && count == 2) {
      return new Jitter(Shape.EXPONENTIAL, Quantities.parseNanos(parts.get(1)), 0, correlation);
    }
    if (name.equals("pareto") && (count == 2 || count == 3)) {
      return new Jitter(
          Shape.PARETO,
          Quantities.parseNanos(parts.get(1)),
          count == 3 ? Quantities.parseNumber("pareto shape", parts.get(2)) : DEFAULT_PARETO_SHAPE,
          correlation);
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a jitter: write none, uniform:WIDTH, normal:MEAN:DEVIATION,"
            + " exponential:MEAN or pareto:MEAN:SHAPE");
  }

  boolean isNone() {
    return shape == Shape.NONE;
  }

  /** Draws one delay in ns, without correlation. */
  double draw(RandomStream random) {
    return switch (shape) {
      case NONE -> 0;
      case UNIFORM -> random.nextDouble() * nanos;
      case NORMAL -> Math.max(0, nanos + parameter * random.nextNormal());
      case EXPONENTIAL -> random.nextExponential((double) nanos);
      case PARETO -> random.nextPareto((double) nanos, parameter);
    };
  }

  /** Returns the text, which parses back to an equal jitter. */
  @Override
  public String toString() {
    if (isNone()) {
      return "none";
    }
    String tail =
        switch (shape) {
          case NORMAL -> ":" + (long) parameter + "ns";
          case PARETO -> ":" + parameter;
          default -> "";
        };
    return shape.name().toLowerCase(Locale.ROOT)
        + ":"
        + nanos
        + "ns"
        + tail
        + (correlation > 0 ? ":correlation=" + correlation : "");
  }
}
