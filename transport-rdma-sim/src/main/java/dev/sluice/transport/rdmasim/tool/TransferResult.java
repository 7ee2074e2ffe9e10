package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.Link;
import dev.sluice.transport.rdmasim.virtual.WireCounters;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a scenario; of its counts, each on the sender's side if nothing else is said.
 *
 * @param scenario what it was
 * @param timeNanos virtual time from the first request to the last answer
 * @param sentPackets packets of requests that were sent, again or not
 * @param resentPackets those of them that were sent again
 * @param lostPackets packets of the sender that did not arrive, for whatever reason
 * @param sequenceNaks how often the receiver told that packets were missing
 * @param notReadyNaks how often the receiver told that it was not ready
 * @param timeouts how often the acknowledgement timer expired
 * @param acknowledgements those that the receiver sent
 * @param creditStalls how often the link fell idle for want of a credit
 * @param uses where the time went; they sum up to it
 * @param curve the bytes over time
 * @param eventCount events of the simulation
 * @param trace hash of all that happened
 * @param missedFaults rules that found nothing to strike
 * @param details counters for those who want to know more
 */
record TransferResult(
    Scenario scenario,
    long timeNanos,
    long sentPackets,
    long resentPackets,
    long lostPackets,
    long sequenceNaks,
    long notReadyNaks,
    long timeouts,
    long acknowledgements,
    long creditStalls,
    Map<Use, Long> uses,
    ProgressCurve curve,
    long eventCount,
    String trace,
    List<FaultRule> missedFaults,
    List<String> details) {
  TransferResult {
    uses = new EnumMap<>(uses);
    missedFaults = List.copyOf(missedFaults);
    details = List.copyOf(details);
  }

  static TransferResult of(
      Scenario scenario, Endpoints ends, TimeLedger ledger, ProgressCurve curve, long timeNanos) {
    WireCounters sender = ends.sender().host().counters(ends.sender().queuePair());
    WireCounters receiver = ends.receiver().host().counters(ends.receiver().queuePair());
    Link forward = ends.link().forward();
    return new TransferResult(
        scenario,
        timeNanos,
        sender.sentPackets(),
        sender.resentPackets(),
        forward.counters().droppedCount(),
        receiver.sequenceErrors(),
        receiver.notReady(),
        sender.timeouts(),
        receiver.acknowledgements(),
        ledger.idleCount(Use.CREDIT),
        ledger.close(),
        curve,
        ends.simulation().eventCount(),
        ends.simulation().trace().toString(),
        ends.simulation().faults().missed(),
        List.of(
            ends.sender().queuePair() + ": " + sender,
            ends.receiver().queuePair() + ": " + receiver,
            "link " + forward,
            "link " + ends.link().back()));
  }

  /** Returns the payload in bits per second. */
  double bitsPerSecond() {
    return timeNanos == 0
        ? Double.POSITIVE_INFINITY
        : scenario.sizeBytes() * (double) Byte.SIZE / timeNanos * 1e9;
  }
}
