package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;

/**
 * How much of a transfer a point of a sweep needs: until the losses are so many that their number
 * is no matter of luck (a thousand: within 3 %), and the first round trip is one of a hundred.
 */
final class Sample {
  private static final int LOSSES = 1000;
  private static final int ROUND_TRIPS = 100;
  private static final int MESSAGES = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  private Sample() {}

  /** Returns the scenario with no more bytes than that. */
  static Scenario of(Scenario scenario) {
    LinkProfile link = scenario.effectiveLink();
    double lost = Formula.lossProbability(link);
    double forLosses = lost == 0 ? 0 : LOSSES / lost * link.mtuBytes();
    double goodput = Formula.bitsPerSecond(scenario);
    double perRoundTrip =
        Double.isInfinite(goodput)
            ? 0
            : goodput / Byte.SIZE * (link.roundTripNanos() / NANOS_PER_SECOND);
    double enough =
        Math.max(
            (double) MESSAGES * scenario.messageBytes(),
            Math.max(forLosses, ROUND_TRIPS * perRoundTrip));
    return scenario.withSize((long) Math.min((double) scenario.sizeBytes(), enough));
  }
}
