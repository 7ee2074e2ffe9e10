package dev.sluice.transport.rdmasim.tool;

/**
 * How much of a transfer a point of a sweep needs: until the losses are so many that their number
 * is no matter of luck (a thousand: within 3 %), and the first round trip is one of a hundred.
 */
final class Sample {
  private static final int LOSSES = 1000;
  private static final int ROUND_TRIPS = 100;
  private static final int MESSAGES = 100;

  private Sample() {}

  /** Returns the scenario with no more bytes than that. */
  static Scenario of(Scenario scenario) {
    double lost = Formula.lossProbability(scenario.effectiveLink());
    double forLosses = lost == 0 ? 0 : LOSSES / lost * scenario.effectiveLink().mtuBytes();
    double perRoundTrip =
        Math.min(
            (double) scenario.link().bandwidthDelayProductBytes(),
            (double) scenario.effectiveWindowBytes());
    double enough =
        Math.max(
            (double) MESSAGES * scenario.messageBytes(),
            Math.max(forLosses, ROUND_TRIPS * perRoundTrip));
    return scenario.withSize((long) Math.min((double) scenario.sizeBytes(), enough));
  }
}
