package dev.sluice.transport.rdmasim.tool;

/**
 * What the numbers at an axis are in.
 *
 * @param name of the unit
 * @param size in base units
 */
record Unit(String name, double size) {
  private static final double KILO = 1e3;
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  /** Returns that for times up to one, in ns. */
  static Unit ofTime(long nanos) {
    return nanos < KILO
        ? new Unit("ns", 1)
        : nanos < MEGA
            ? new Unit("us", KILO)
            : nanos < GIGA ? new Unit("ms", MEGA) : new Unit("s", GIGA);
  }

  /** Returns that for rates up to one, in bits per second. */
  static Unit ofRate(double bitsPerSecond) {
    return bitsPerSecond < MEGA
        ? new Unit("kbit/s", KILO)
        : bitsPerSecond < GIGA ? new Unit("Mbit/s", MEGA) : new Unit("Gbit/s", GIGA);
  }

  double of(double value) {
    return value / size;
  }
}
