package dev.sluice.transport.rdmasim.simulation;

import java.util.List;

/**
 * A stretch of virtual time in which a link does not work.
 *
 * @param hold true: nothing is sent, and all waits for the end; false: what leaves is lost
 * @param fromNanos the first moment
 * @param toNanos the moment it works again
 */
public record Outage(boolean hold, long fromNanos, long toNanos) {
  /** Checks the order of the two. */
  public Outage {
    if (fromNanos < 0 || toNanos <= fromNanos || toNanos > Quantities.LONGEST_NANOS) {
      throw new IllegalArgumentException(
          "an outage cannot be from "
              + fromNanos
              + " ns to "
              + toNanos
              + " ns: at most 1000 hours");
    }
  }

  /**
   * Reads an outage.
   *
   * @param text such as {@code hold:1ms:2ms} or {@code drop:0s:500us}
   * @throws IllegalArgumentException if it is none
   */
  public static Outage parse(String text) {
    List<String> parts = List.of(text.split(":", -1));
    if (parts.size() != 3 || !(parts.get(0).equals("hold") || parts.get(0).equals("drop"))) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an outage: write hold:FROM:TO or drop:FROM:TO");
    }
    return new Outage(
        parts.get(0).equals("hold"),
        Quantities.parseNanos(parts.get(1)),
        Quantities.parseNanos(parts.get(2)));
  }

  boolean overlaps(long startPicos, long endPicos) {
    return startPicos < toNanos * Link.PICOS_PER_NANO
        && endPicos >= fromNanos * Link.PICOS_PER_NANO;
  }

  boolean covers(long picos) {
    return overlaps(picos, picos);
  }
}
