package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Link;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;

/**
 * How much is given to a link ahead of what it has sent.
 *
 * <p>A link that nothing happens to takes whole messages, each for a constant number of events. On
 * any other, a sender must be able to stop soon after it learns of a loss, as what the link was
 * given cannot be taken back: it gets slices of a sixty-fourth of what can be under way.
 *
 * @param slicePackets the most at a time
 * @param aheadNanos no more is given while the link is busy for longer
 */
record Pace(int slicePackets, long aheadNanos) {
  private static final int SLICES_UNDER_WAY = 64;
  private static final int MOST_PACKETS = 8192;

  /** Where each packet is an event, the queue of events had better be short. */
  private static final int MOST_SINGLE_PACKETS = 16;

  private static final long LEAST_AHEAD_NANOS = 1000;

  static Pace of(Link link, int mtuBytes) {
    LinkProfile profile = link.profile();
    if (link.isReliable()) {
      return new Pace(Integer.MAX_VALUE, Math.max(LEAST_AHEAD_NANOS, 2 * profile.roundTripNanos()));
    }
    long underWay = profile.bandwidthDelayProductBytes() / mtuBytes;
    int most = link.treatsPacketsOneByOne() ? MOST_SINGLE_PACKETS : MOST_PACKETS;
    int slicePackets = (int) Math.clamp(underWay / SLICES_UNDER_WAY, 1L, (long) most);
    return new Pace(slicePackets, slicePackets * link.packetNanos(mtuBytes));
  }
}
