package dev.sluice.transport.rdmasim.simulation;

import java.util.function.LongSupplier;

/**
 * The gaps of {@link Loss.GilbertElliott}. Draws twice for a change of state or a loss, not once
 * for a packet: both are waited for at once, and since neither remembers, what was left of the
 * waiting is drawn anew.
 */
final class GilbertElliottGaps implements LongSupplier {
  private final Loss.GilbertElliott model;
  private final RandomStream random;
  private boolean bad;

  GilbertElliottGaps(Loss.GilbertElliott model, RandomStream random) {
    this.model = model;
    this.random = random;
  }

  @Override
  public long getAsLong() {
    long gap = 0;
    while (true) {
      long staying = random.nextGap(bad ? model.toGood() : model.toBad());
      long surviving = random.nextGap(bad ? model.lossWhenBad() : model.lossWhenGood());
      long untilChange = staying == RandomStream.NEVER ? staying : staying + 1;
      if (surviving < untilChange) {
        // The packet that is lost may be the last one in this state.
        if (surviving + 1 == untilChange) {
          bad = !bad;
        }
        return gap + surviving;
      }
      if (untilChange == RandomStream.NEVER || gap + untilChange < 0) {
        return RandomStream.NEVER;
      }
      gap += untilChange;
      bad = !bad;
    }
  }
}
