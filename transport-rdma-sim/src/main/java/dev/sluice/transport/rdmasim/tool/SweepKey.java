package dev.sluice.transport.rdmasim.tool;

import dev.sluice.api.ByteCounts;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Loss;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be swept; each has the name and the spelling of an option or of a key of a link. */
enum SweepKey {
  /** Probability of a packet to be lost. */
  LOSS("probability of loss"),
  /** Propagation one way, in ns. */
  DELAY("one-way delay, ms"),
  /** Bytes under way. */
  WINDOW("window, MiB"),
  /** Payload of a packet. */
  MTU("MTU, bytes"),
  /** Bits per second. */
  RATE("rate, Gbit/s");

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;
  private static final double BITS_PER_GIGABIT = 1e9;

  private final String axis;

  SweepKey(String axis) {
    this.axis = axis;
  }

  static SweepKey parse(String text) {
    return Arrays.stream(values())
        .filter(key -> key.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + text
                        + "' cannot be swept: use one of "
                        + Arrays.stream(values())
                            .map(SweepKey::text)
                            .collect(Collectors.joining(", "))));
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Tells whether its values are doubled, so that they fit packets and messages. */
  boolean isDoubled() {
    return this == WINDOW || this == MTU;
  }

  /** Returns the title of an axis, for {@link #onAxis}. */
  String axis() {
    return axis;
  }

  double onAxis(double value) {
    return switch (this) {
      case LOSS, MTU -> value;
      case DELAY -> value / NANOS_PER_MILLI;
      case WINDOW -> value / BYTES_PER_MEBIBYTE;
      case RATE -> value / BITS_PER_GIGABIT;
    };
  }

  /** Reads a value as a link does. */
  double read(LinkProfile link, String value) {
    if (this == WINDOW) {
      return ByteCounts.parse(value);
    }
    LinkProfile changed = link.with(text(), value);
    return switch (this) {
      case LOSS -> changed.loss().averageProbability();
      case DELAY -> changed.propagationNanos();
      case MTU -> changed.mtuBytes();
      default -> changed.bitsPerSecond();
    };
  }

  /** Returns the scenario with a value in place of its own. */
  Scenario apply(Scenario scenario, double value) {
    LinkProfile link = scenario.link();
    return switch (this) {
      case WINDOW -> scenario.withWindow(Math.round(value));
      case LOSS -> scenario.withLink(link.toBuilder().loss(new Loss.Bernoulli(value)).build());
      case DELAY -> scenario.withLink(link.toBuilder().propagationNanos(Math.round(value)).build());
      case MTU -> scenario.withLink(link.toBuilder().mtuBytes((int) value).build());
      case RATE -> scenario.withLink(link.toBuilder().bitsPerSecond(Math.round(value)).build());
    };
  }

  /** Returns a value for people. */
  String format(double value) {
    return switch (this) {
      case LOSS -> Amounts.probability(value);
      case DELAY -> Amounts.time(Math.round(value));
      case WINDOW -> ByteCounts.format(Math.round(value));
      case MTU -> Long.toString(Math.round(value));
      case RATE -> Amounts.rate(value);
    };
  }
}
