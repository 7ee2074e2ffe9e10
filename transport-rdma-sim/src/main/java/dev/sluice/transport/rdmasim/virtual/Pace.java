package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Link;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;

/**
 * How much is given to a link ahead of what it has sent.
 *
 * <p>A link that nothing happens to takes whole messages, each for a constant number of events. Any
 * other gets slices of a sixteenth of what can be under way: of what it was given, a sender that
 * learns of a loss takes back what has not left, and with it all the work of computing when it
 * would have arrived.
 *
 * @param slicePackets the most at a time
 * @param aheadNanos no more is given while the link is busy for longer
 */
record Pace(int slicePackets, long aheadNanos) {
  private static final int SLICES_UNDER_WAY = 16;
  private static final int LEAST_PACKETS = 8;
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
    int slicePackets =
        (int) Math.clamp(underWay / SLICES_UNDER_WAY, (long) LEAST_PACKETS, (long) most);
    return new Pace(slicePackets, slicePackets * link.packetNanos(mtuBytes));
  }
}
