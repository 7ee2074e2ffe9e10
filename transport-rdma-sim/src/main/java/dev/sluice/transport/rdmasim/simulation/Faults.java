package dev.sluice.transport.rdmasim.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one run, and which of them struck already. Whoever comes to a {@link FaultPoint}
 * asks {@link #at} and carries out what it is told. Belongs to the simulation's thread.
 */
public final class Faults {
  // Arbitrary, to tell this decision from others in the trace.
  private static final long TRACE_KIND = 0xFA01;

  private final List<FaultRule> rules;
  private final long[] matchCounts;

  /** Those outages for which there is a link. */
  private final Set<FaultRule> outages = new HashSet<>();

  private final TraceHash trace;
  private final LongSupplier nowNanos;

  /** Those that some rule names. */
  private final EnumSet<FaultPoint> points = EnumSet.noneOf(FaultPoint.class);

  private long struckCount;

  Faults(FaultPlan plan, TraceHash trace, LongSupplier nowNanos) {
    this.nowNanos = nowNanos;
    this.rules = plan.rules();
    this.matchCounts = new long[rules.size()];
    this.trace = trace;
    for (FaultRule rule : rules) {
      if (!rule.action().isOutage()) {
        points.add(rule.point());
      }
    }
  }

  /** Tells, for the price of testing one bit, whether a point can have faults at all. */
  public boolean any(FaultPoint point) {
    return points.contains(point);
  }

  /** Returns how often a rule struck so far. */
  public long struckCount() {
    return struckCount;
  }

  /**
   * Returns the rules that strike here and now, and counts them as having struck.
   *
   * @param point where the caller is
   * @param link name of the link that the caller sends over
   * @param kind of packet it has in hand, or null
   * @param queuePair number of the queue pair, or {@link FaultRule#ANY} where there is none
   * @param message number of the message, or {@link FaultRule#ANY}
   * @param packet index of the packet, or {@link FaultRule#ANY}
   * @return in the order of the plan; nearly always empty
   */
  public List<FaultRule> at(
      FaultPoint point,
      String link,
      @Nullable PacketKind kind,
      long queuePair,
      long message,
      long packet) {
    if (!any(point)) {
      return List.of();
    }
    List<FaultRule> struck = new ArrayList<>();
    for (int i = 0; i < matchCounts.length; i++) {
      FaultRule rule = rules.get(i);
      if (rule.fits(point, link, kind, queuePair, message)
          && rule.fitsPacket(packet)
          && rule.fitsTime(nowNanos.getAsLong())
          && rule.strikes(++matchCounts[i])) {
        struck.add(rule);
        struckCount++;
        trace.mix(TRACE_KIND, i, matchCounts[i]);
      }
    }
    return struck;
  }

  /**
   * Tells whether {@link #at} could strike one of some packets, without counting anything: for
   * those who treat many packets as one.
   *
   * @param point where the caller is
   * @param link name of the link that the caller sends over
   * @param kind of the packets
   * @param queuePair number of the queue pair
   * @param message number of the message
   * @param from index of the first packet
   * @param to index behind the last packet
   */
  public boolean mayStrike(
      FaultPoint point,
      String link,
      PacketKind kind,
      long queuePair,
      long message,
      long from,
      long to) {
    if (!any(point)) {
      return false;
    }
    for (int i = 0; i < matchCounts.length; i++) {
      FaultRule rule = rules.get(i);
      if (!isSpent(i)
          && rule.fits(point, link, kind, queuePair, message)
          && (rule.packet() == FaultRule.ANY || (rule.packet() >= from && rule.packet() < to))) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a rule has struck as often as it may. */
  private boolean isSpent(int index) {
    FaultRule rule = rules.get(index);
    return matchCounts[index] - rule.occurrence() >= rule.times() - 1;
  }

  /** Returns when a link does not work because of the plan. */
  List<Outage> outages(String link) {
    List<FaultRule> fitting =
        rules.stream()
            .filter(rule -> rule.action().isOutage())
            .filter(rule -> rule.link().isEmpty() || rule.link().equals(link))
            .toList();
    outages.addAll(fitting);
    return fitting.stream()
        .map(
            rule -> new Outage(rule.action() == FaultAction.HOLD, rule.fromNanos(), rule.toNanos()))
        .toList();
  }

  /**
   * Returns the rules that found nothing to strike so far, and the outages that no link had: those
   * that begin later, or name a link there is none of.
   */
  public List<FaultRule> missed() {
    List<FaultRule> missed = new ArrayList<>();
    for (int i = 0; i < matchCounts.length; i++) {
      FaultRule rule = rules.get(i);
      boolean hasStruck =
          rule.action().isOutage()
              ? outages.contains(rule) && rule.fromNanos() <= nowNanos.getAsLong()
              : matchCounts[i] >= rule.occurrence();
      if (!hasStruck) {
        missed.add(rule);
      }
    }
    return missed;
  }
}
