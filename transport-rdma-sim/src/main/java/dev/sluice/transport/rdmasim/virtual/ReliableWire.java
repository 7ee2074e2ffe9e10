package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Burst;
import dev.sluice.transport.rdmasim.simulation.BurstReceiver;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.Faults;
import dev.sluice.transport.rdmasim.simulation.LinkFlow;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.Transmission;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.Wire;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One end of a reliable connection over a link: the sender of its requests, the receiver of the
 * peer's, and what both need to know of link and peer.
 */
final class ReliableWire implements Wire {
  private final VirtualHost host;
  private final QueuePair queuePair;
  private final WireCounters counters = new WireCounters();
  private final RequestSender requests;
  private final AnswerSender answers;
  private final RequestReceiver receiver;

  /** Changes whenever what is under way is of no use any more. */
  private long life;

  // Of this life.
  private @Nullable Way way;
  private @Nullable LinkFlow flow;
  private @Nullable Pace pace;
  private int peerNumber;
  private int mtuBytes;
  private int windowPackets;
  private int askInterval;

  ReliableWire(VirtualHost host, QueuePair queuePair) {
    this.host = host;
    this.queuePair = queuePair;
    requests = new RequestSender(this);
    answers = new AnswerSender(this);
    receiver = new RequestReceiver(this, answers);
  }

  @Override
  public void connect() {
    Way found = host.wayOf(queuePair);
    life = host.fabric().nextLife();
    way = found;
    LinkProfile profile = found.out().profile();
    peerNumber = attribute(Attribute.PEER_NUMBER);
    int pathMtu = attribute(Attribute.PATH_MTU);
    mtuBytes = pathMtu == 0 ? profile.mtuBytes() : Math.min(pathMtu, profile.mtuBytes());
    windowPackets =
        profile.windowBytes() == 0
            ? PacketNumbers.MOST_OUTSTANDING
            : (int)
                Math.clamp(
                    profile.windowBytes() / mtuBytes, 1L, (long) PacketNumbers.MOST_OUTSTANDING);
    askInterval = Math.min(profile.packetsPerAck(), Math.max(1, windowPackets / 2));
    flow = found.out().flow(queuePair.number());
    pace = Pace.of(found.out(), mtuBytes);
    receiver.begin(attribute(Attribute.RECEIVE_PACKET_NUMBER));
  }

  @Override
  public void sendPosted(long sequence) {
    reach(FaultPoint.POST_SEND, null, sequence, FaultRule.ANY);
  }

  @Override
  public void kick() {
    requests.pump();
  }

  @Override
  public void receivePosted() {
    reach(FaultPoint.POST_RECEIVE, null, FaultRule.ANY, FaultRule.ANY);
  }

  /** Events do all there is to do. */
  @Override
  public void progress() {}

  @Override
  public void fail() {
    life = host.fabric().nextLife();
    requests.clear();
    if (!receiver.isHandling()) {
      answers.failed();
    }
  }

  @Override
  public void reset() {
    life = host.fabric().nextLife();
    requests.clear();
    answers.clear();
    way = null;
  }

  /** Stops for ever: the host is gone. */
  void halt() {
    life = host.fabric().nextLife();
    requests.clear();
    answers.clear();
  }

  /** Goes on after a pause. */
  void resume() {
    requests.thawed();
    answers.pump();
  }

  /**
   * Gives packets to the link.
   *
   * @return what the link does with them; null if it is down, so that they are lost at once
   */
  @Nullable Transmission give(Burst burst, BurstReceiver told) {
    return way().link().isUp()
        ? Objects.requireNonNull(flow).send(burst, unlessCut(way().link(), told))
        : null;
  }

  private static BurstReceiver unlessCut(VirtualLink link, BurstReceiver told) {
    int before = link.cutCount();
    return (burst, from, to, nanos) -> {
      if (link.cutCount() == before) {
        told.arrived(burst, from, to, nanos);
      }
    };
  }

  /** Does what rules say of a queue pair that came to a point; returns the rest of them. */
  List<FaultRule> reach(FaultPoint point, @Nullable PacketKind kind, long message, long packet) {
    return faults().any(point) ? host.reach(point, kind, this, message, packet) : List.of();
  }

  /** Tells whether a rule could strike one of some packets of a request at a point. */
  boolean mayStrike(FaultPoint point, PacketKind kind, long message, int from, int to) {
    return faults()
        .mayStrike(point, way().out().name(), kind, requesterNumber(point), message, from, to);
  }

  /** Returns the number of the queue pair on which the messages at a point are counted. */
  int requesterNumber(FaultPoint point) {
    boolean isOfPeer =
        point == FaultPoint.RECEIVE || point == FaultPoint.PLACE || point == FaultPoint.ACKNOWLEDGE;
    return isOfPeer ? peerNumber : queuePair.number();
  }

  private Faults faults() {
    return host.simulation().faults();
  }

  void trace(long kind, long detail) {
    host.simulation().trace().mix(kind, queuePair.number(), detail);
  }

  /** Tells whether requests may be sent. */
  boolean sends() {
    QueuePairState state = queuePair.state();
    return (state == QueuePairState.RTS || state == QueuePairState.SQD)
        && host.isRunning()
        && way != null;
  }

  /** Returns the only wire whose requests are taken; null: there is none now. */
  @Nullable ReliableWire expectedPeer() {
    return way == null ? null : way.peer().wire(peerNumber);
  }

  int attribute(Attribute attribute) {
    return queuePair.attributes().value(attribute);
  }

  VirtualHost host() {
    return host;
  }

  QueuePair queuePair() {
    return queuePair;
  }

  WireCounters counters() {
    return counters;
  }

  RequestSender requests() {
    return requests;
  }

  RequestReceiver receiver() {
    return receiver;
  }

  long life() {
    return life;
  }

  Way way() {
    return Objects.requireNonNull(way, "the queue pair has no peer yet");
  }

  boolean isConnected() {
    return way != null;
  }

  Pace pace() {
    return Objects.requireNonNull(pace);
  }

  int peerNumber() {
    return peerNumber;
  }

  int mtuBytes() {
    return mtuBytes;
  }

  int windowPackets() {
    return windowPackets;
  }

  int askInterval() {
    return askInterval;
  }
}
