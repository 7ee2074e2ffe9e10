package dev.sluice.transport.rdmasim.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * One direction between two places: sends packets one behind the other at its rate, and delivers
 * them after its delay, except those that it loses.
 *
 * <p>A burst costs one event as long as nothing happens to its packets, and one or two for each
 * loss ({@link TrainSender}). Jitter, duplicates, reordering, outages, a full queue and faults
 * concern packets one by one, and then each costs an event ({@link PacketSender}). Both ways give
 * the same times. Control packets go between the packets of what is being sent, and only delay what
 * is sent after them. Belongs to the simulation's thread.
 *
 * <p>Works for 53 days of virtual time, half of what a long holds in picoseconds; behind them it
 * throws {@link VirtualTimeExceededException}.
 */
public final class Link {
  static final long PICOS_PER_NANO = 1000;

  /** Half of what a long holds, so that no sum of two is too large for it: 53 days. */
  private static final long MOST_PICOS = Long.MAX_VALUE / 2;

  // Arbitrary, to tell this decision from others in the trace.
  private static final long TRACE_KIND = 0x11CE;

  final Simulation simulation;
  final LinkProfile profile;
  final LineRate lineRate;
  final LinkCounters counters = new LinkCounters();
  final LossProcess loss;
  final LossProcess corruption;
  final List<Outage> outages;

  /** When the link has sent all it was given. */
  long idlePicos;

  /** How much control packets moved idlePicos, in all. */
  long pushedPicos;

  private final String name;
  private final long traceId;
  private final TrainSender trainSender = new TrainSender(this);
  private final PacketSender packetSender;
  private final boolean profileTreatsAllAlike;
  private final boolean reliable;
  private final double queuePicos;

  /**
   * Creates a link.
   *
   * @param simulation the run it is in
   * @param name tells it from others, in rules of faults and names of random streams
   * @param profile how it behaves; its reverse does not matter here
   */
  public Link(Simulation simulation, String name, LinkProfile profile) {
    this.simulation = simulation;
    this.name = name;
    this.profile = profile;
    lineRate = new LineRate(profile.bitsPerSecond());
    queuePicos =
        profile.queuePolicy() == QueuePolicy.DROP_TAIL
            ? lineRate.roughPicosOf(profile.queueBytes())
            : Double.POSITIVE_INFINITY;
    loss = new LossProcess(profile.loss(), stream("loss"));
    corruption =
        new LossProcess(Loss.Bernoulli.orNone(profile.corruptProbability()), stream("corrupt"));
    outages =
        Stream.concat(profile.outages().stream(), simulation.faults().outages(name).stream())
            .toList();
    profileTreatsAllAlike =
        profile.jitter().isNone()
            && profile.duplicateProbability() == 0
            && profile.reorderProbability() == 0;
    reliable =
        profileTreatsAllAlike
            && profile.loss() instanceof Loss.None
            && profile.corruptProbability() == 0
            && profile.queuePolicy() == QueuePolicy.PAUSE
            && outages.isEmpty()
            && !simulation.faults().any(FaultPoint.LINK);
    packetSender = new PacketSender(this);
    CRC32C hash = new CRC32C();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    traceId = hash.getValue();
  }

  RandomStream stream(String purpose) {
    return simulation.stream("link/" + name + "/" + purpose);
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns how it behaves. */
  public LinkProfile profile() {
    return profile;
  }

  /** Returns what it did so far. */
  public LinkCounters counters() {
    return counters;
  }

  /** Tells whether every packet arrives, in order and once: nothing in the run can harm one. */
  public boolean isReliable() {
    return reliable;
  }

  /** Tells whether each packet costs an event, as delays differ or packets come twice. */
  public boolean treatsPacketsOneByOne() {
    return !profileTreatsAllAlike;
  }

  /**
   * Returns the time in ns, rounded up, in which it sends a packet.
   *
   * @param byteCount payload of the packet
   */
  public long packetNanos(int byteCount) {
    return ceilNanos(lineRate.picosOf(byteCount + profile.headerBytes()));
  }

  /** Returns the virtual time in ns, rounded up, at which it has sent all it was given. */
  public long idleNanos() {
    return ceilNanos(idlePicos);
  }

  /**
   * Returns a way to send over this link, in which nothing overtakes.
   *
   * @param queuePair number of the sender's queue pair
   */
  public LinkFlow flow(long queuePair) {
    return new LinkFlow(this, queuePair);
  }

  Transmission send(LinkFlow flow, Burst burst, BurstReceiver receiver) {
    simulation.trace().mix(TRACE_KIND, traceId, burst.message());
    simulation.trace().mix(flow.queuePair(), burst.firstPacket(), burst.packetCount());
    Transmission transmission = new Transmission(this, flow, burst, receiver);
    if (packetsAreAlike(flow, burst)) {
      trainSender.send(transmission);
    } else {
      packetSender.send(transmission);
    }
    return transmission;
  }

  /** Returns the time from the start of a train to the end of its nth packet. */
  long trainPicosUntil(Burst burst, int packetCount) {
    return trainSender.picosUntil(burst, packetCount);
  }

  private boolean packetsAreAlike(LinkFlow flow, Burst burst) {
    if (!profileTreatsAllAlike
        || burst.kind().isControl()
        || simulation
            .faults()
            .mayStrike(
                FaultPoint.LINK,
                name,
                burst.kind(),
                flow.queuePair(),
                burst.message(),
                burst.firstPacket(),
                burst.endPacket())) {
      return false;
    }
    long startPicos = Math.max(idlePicos, nowPicos());
    long endPicos = startPicos + trainSender.picosOf(burst);
    return fitsQueue(endPicos)
        && outages.stream().noneMatch(outage -> outage.overlaps(startPicos, endPicos));
  }

  /** Tells whether the queue has room for what will have been sent at a time. */
  boolean fitsQueue(long endPicos) {
    return endPicos - nowPicos() <= queuePicos;
  }

  long nowPicos() {
    long nanos = simulation.nowNanos();
    if (nanos > MOST_PICOS / PICOS_PER_NANO) {
      throw new VirtualTimeExceededException();
    }
    return nanos * PICOS_PER_NANO;
  }

  static long ceilNanos(long picos) {
    return Math.ceilDiv(picos, PICOS_PER_NANO);
  }

  int packetBytes(Burst burst, int place) {
    return burst.kind() == PacketKind.ACK || burst.kind() == PacketKind.NAK
        ? profile.ackBytes() + burst.bytesAt(place)
        : profile.headerBytes() + burst.bytesAt(place);
  }

  /** Returns the time from the end of sending to the arrival. */
  long latencyPicos(Burst burst) {
    long adapterNanos =
        burst.kind().isControl()
            ? 0
            : burst.inline() ? profile.inlineNanos() : profile.notInlineNanos();
    return (profile.oneWayNanos() + adapterNanos) * PICOS_PER_NANO;
  }

  void countSent(long packetCount, long byteCount, long newIdlePicos) {
    counters.packetCount += packetCount;
    counters.byteCount += byteCount;
    if (newIdlePicos < 0 || newIdlePicos > MOST_PICOS) {
      throw new VirtualTimeExceededException();
    }
    idlePicos = newIdlePicos;
    counters.queuePeakBytes =
        Math.max(counters.queuePeakBytes, lineRate.bytesIn(newIdlePicos - nowPicos()));
  }

  void takeBack(long packetCount, long byteCount, long givenBackPicos) {
    counters.packetCount -= packetCount;
    counters.byteCount -= byteCount;
    idlePicos -= givenBackPicos;
  }

  /** Counts a packet that is not delivered, of which the next one tells the receiver. */
  void drop(Transmission sent, int place, DropReason reason) {
    counters.drop(reason);
    Burst burst = sent.burst;
    sent.flow.behindLoss(burst.kind(), true);
    sent.isLost(place, reason);
    simulation.trace().mix(reason.name().hashCode(), burst.message(), burst.firstPacket() + place);
  }

  /** Lets the packets from one place in the burst to another arrive. */
  void deliver(Transmission sent, int from, int to, long firstArrivalPicos, long lastArrivalPicos) {
    Timer arrival = schedule(sent, from, to, firstArrivalPicos, lastArrivalPicos);
    sent.arrives(from, to, arrival, firstArrivalPicos);
  }

  Timer schedule(
      Transmission sent, int from, int to, long firstArrivalPicos, long lastArrivalPicos) {
    counters.deliveryCount++;
    Burst burst = sent.burst;
    BurstReceiver receiver = sent.receiver;
    long firstArrivalNanos = ceilNanos(firstArrivalPicos);
    int base = burst.firstPacket();
    return simulation.scheduleAt(
        ceilNanos(lastArrivalPicos),
        () -> receiver.arrived(burst, base + from, base + to, firstArrivalNanos));
  }

  @Override
  public String toString() {
    return name + " (" + profile.name() + "): " + counters;
  }
}
