package dev.sluice.transport.rdmasim.simulation;

import java.util.function.LongSupplier;

/** Where a link stands in the gaps of a {@link Loss}. */
final class LossProcess {
  private final LongSupplier gaps;
  private long untilLoss;

  LossProcess(Loss loss, RandomStream random) {
    gaps = loss.gaps(random);
    untilLoss = gaps.getAsLong();
  }

  /** Returns how many packets survive before the next loss. */
  long untilLoss() {
    return untilLoss;
  }

  /** Counts packets that survived. */
  void survived(long packetCount) {
    if (untilLoss != RandomStream.NEVER) {
      untilLoss -= packetCount;
    }
  }

  /** Counts one packet, and tells whether it is lost. */
  boolean takesNext() {
    if (untilLoss == 0) {
      untilLoss = gaps.getAsLong();
      return true;
    }
    survived(1);
    return false;
  }
}
