package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;

/**
 * What pencil and paper say of a scenario: the rate less the headers, or what the window allows
 * where that is less, times what go-back-N leaves of it, whose packets under way are what the link
 * holds, or the window where that is less. It knows of loss and damage, not of queues, jitter,
 * faults, timers, and the first round trip.
 */
final class Formula {
  private static final double NANOS_PER_SECOND = 1e9;

  private Formula() {}

  /** Returns the goodput in bits per second; infinite where nothing limits it. */
  static double bitsPerSecond(Scenario scenario) {
    LinkProfile link = scenario.effectiveLink();
    double roundTripSeconds = link.roundTripNanos() / NANOS_PER_SECOND;
    double lossless = Math.min(lineBitsPerSecond(link), windowBitsPerSecond(scenario));
    if (Double.isInfinite(lossless)) {
      return lossless;
    }
    double lost = lossProbability(link);
    double windowBytes = windowBitsPerSecond(scenario) * roundTripSeconds / Byte.SIZE;
    double heldBytes =
        link.bitsPerSecond() == 0 ? Double.POSITIVE_INFINITY : link.bandwidthDelayProductBytes();
    return lossless
        * LinkProfile.goBackNEfficiency(lost, Math.min(heldBytes, windowBytes) / link.mtuBytes());
  }

  static double lossProbability(LinkProfile link) {
    return 1 - (1 - link.loss().averageProbability()) * (1 - link.corruptProbability());
  }

  private static double lineBitsPerSecond(LinkProfile link) {
    return link.bitsPerSecond() == 0
        ? Double.POSITIVE_INFINITY
        : link.bitsPerSecond() * link.payloadEfficiency();
  }

  private static double windowBitsPerSecond(Scenario scenario) {
    LinkProfile link = scenario.effectiveLink();
    double windowBits = scenario.effectiveWindowBytes() * (double) Byte.SIZE;
    double seconds = link.roundTripNanos() / NANOS_PER_SECOND;
    if (scenario.mode() == Mode.STREAM) {
      // A credit is for half of the ring, and is given when that half is there.
      seconds += windowBits / 2 / lineBitsPerSecond(link);
      double ofPackets =
          link.windowBytes() == 0
              ? Double.POSITIVE_INFINITY
              : link.windowBytes() * Byte.SIZE / (link.roundTripNanos() / NANOS_PER_SECOND);
      return Math.min(windowBits / seconds, ofPackets);
    }
    return link.windowBytes() == 0 ? Double.POSITIVE_INFINITY : windowBits / seconds;
  }
}
