package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.Link;
import dev.sluice.transport.rdmasim.simulation.LinkCounters;
import dev.sluice.transport.rdmasim.virtual.WireCounters;
import java.util.EnumMap;
import java.util.Map;

/**
 * Books every moment of a transfer to one use of the sender's link. Between two events nothing
 * changes, so it is enough to look before and after each.
 *
 * <p>What an idle stretch was for shows when it ends: by what made the sender go on.
 */
final class TimeLedger {
  /** What the sender lacked before an event. */
  enum Lack {
    /** Nothing: it has given everything to its queue pair. */
    NOTHING,
    CREDIT,
    QUEUE
  }

  /** A link rounds the time of each packet to a picosecond. */
  private static final double NANOS_PER_PACKET = 1e-3;

  private static final double NANOS_PER_SECOND = 1e9;

  private final Link link;
  private final WireCounters sender;
  private final WireCounters receiver;
  private final EnumMap<Use, Long> idle = new EnumMap<>(Use.class);
  private final EnumMap<Use, Long> idleCounts = new EnumMap<>(Use.class);
  private long nowNanos;
  private long busyUntilNanos;
  private long busyNanos;
  private long pendingNanos;
  private Lack lack = Lack.NOTHING;
  private long sentPackets;
  private long resentPackets;
  private long timeouts;
  private long refusedCount;
  private boolean notReady;

  TimeLedger(Link link, WireCounters sender, WireCounters receiver, long nowNanos) {
    this.link = link;
    this.sender = sender;
    this.receiver = receiver;
    this.nowNanos = nowNanos;
    busyUntilNanos = link.idleNanos();
  }

  /**
   * Books the time up to an event that has happened.
   *
   * @param now the time of the event
   * @param lackNow what the sender lacks behind it
   */
  void book(long now, Lack lackNow) {
    long busy = Math.clamp(busyUntilNanos - nowNanos, 0L, now - nowNanos);
    busyNanos += busy;
    pendingNanos += now - nowNanos - busy;
    nowNanos = now;
    busyUntilNanos = link.idleNanos();
    if (receiver.notReady() > refusedCount) {
      refusedCount = receiver.notReady();
      notReady = true;
    }
    // Both counts go down as well, when the link has not begun to send what it was given.
    if (sender.sentPackets() != sentPackets
        || sender.resentPackets() != resentPackets
        || sender.timeouts() != timeouts) {
      settle(reason());
      notReady &= sender.resentPackets() <= resentPackets;
      sentPackets = sender.sentPackets();
      resentPackets = sender.resentPackets();
      timeouts = sender.timeouts();
    }
    lack = lackNow;
  }

  private Use reason() {
    boolean again = sender.resentPackets() > resentPackets;
    if (notReady && again) {
      return Use.NOT_READY;
    }
    if (sender.timeouts() > timeouts) {
      return Use.TIMEOUT;
    }
    return switch (lack) {
      case CREDIT -> Use.CREDIT;
      case QUEUE -> Use.WINDOW;
      case NOTHING -> Use.PROPAGATION;
    };
  }

  private void settle(Use use) {
    if (pendingNanos > 0) {
      idle.merge(use, pendingNanos, Long::sum);
      idleCounts.merge(use, 1L, Long::sum);
      pendingNanos = 0;
    }
  }

  /** Returns how often the link was idle for something. */
  long idleCount(Use use) {
    return idleCounts.getOrDefault(use, 0L);
  }

  /** Returns the ns of each use, all uses, which sum up to the time booked. */
  Map<Use, Long> close() {
    settle(Use.PROPAGATION);
    EnumMap<Use, Long> all = new EnumMap<>(Use.class);
    for (Use use : Use.values()) {
      all.put(use, idle.getOrDefault(use, 0L));
    }
    long sendingNanos = Math.min(busyNanos, wireNanos());
    double again = sentPackets == 0 ? 0 : resentPackets / (double) sentPackets;
    long againNanos = Math.round(sendingNanos * again);
    all.put(Use.SENDING_AGAIN, againNanos);
    all.put(Use.SENDING, sendingNanos - againNanos);
    all.put(Use.HELD, busyNanos - sendingNanos);
    return all;
  }

  /** Returns how long the link takes for the bytes it was given. */
  private long wireNanos() {
    LinkCounters given = link.counters();
    long bitsPerSecond = link.profile().bitsPerSecond();
    return bitsPerSecond == 0
        ? 0
        : (long)
            Math.ceil(
                given.byteCount() * (Byte.SIZE * NANOS_PER_SECOND / bitsPerSecond)
                    + given.packetCount() * NANOS_PER_PACKET);
  }
}
