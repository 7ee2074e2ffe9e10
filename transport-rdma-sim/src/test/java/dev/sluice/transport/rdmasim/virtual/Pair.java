package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.FaultPlan;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Two hosts of a test, joined, with a queue pair each that are connected by hand. */
final class Pair {
  final Simulation simulation;
  final VirtualLink link;
  final Side a;
  final Side b;
  private final Map<Attribute, Integer> attributes = new EnumMap<>(Attribute.class);

  private Pair(Simulation simulation, String profile, long regionBytes, boolean logical)
      throws IOException {
    this.simulation = simulation;
    link = VirtualFabric.pair(simulation, LinkProfile.parse(profile));
    a = new Side(link.one(), regionBytes, logical);
    b = new Side(link.other(), regionBytes, logical);
    attributes.put(Attribute.PATH_MTU, 0);
    attributes.put(Attribute.MAX_PEER_READ_ATOMIC, 16);
    attributes.put(Attribute.MAX_READ_ATOMIC, 16);
    attributes.put(Attribute.MIN_RNR_TIMER, 12);
    attributes.put(Attribute.TIMEOUT, 14);
    attributes.put(Attribute.RETRY_COUNT, 7);
    attributes.put(Attribute.RNR_RETRY, 7);
    attributes.put(Attribute.SEND_PACKET_NUMBER, 100);
    attributes.put(Attribute.RECEIVE_PACKET_NUMBER, 100);
  }

  static Pair of(String profile, String... faults) throws IOException {
    return of(42, profile, 1 << 20, faults);
  }

  static Pair of(long seed, String profile, long regionBytes, String... faults) throws IOException {
    Simulation simulation = Simulation.withSeed(seed, FaultPlan.parse(List.of(faults)));
    return new Pair(simulation, profile, regionBytes, false);
  }

  static Pair logical(long seed, String profile, long regionBytes) throws IOException {
    return new Pair(Simulation.withSeed(seed), profile, regionBytes, true);
  }

  Pair with(Attribute attribute, int value) {
    attributes.put(attribute, value);
    return this;
  }

  Pair connect() throws IOException {
    toReadyToReceive(a.queuePair, b.queuePair);
    toReadyToReceive(b.queuePair, a.queuePair);
    toReadyToSend(a.queuePair);
    toReadyToSend(b.queuePair);
    return this;
  }

  void connect(QueuePair one, QueuePair other) throws IOException {
    toReadyToReceive(one, other);
    toReadyToReceive(other, one);
    toReadyToSend(one);
    toReadyToSend(other);
  }

  void toReadyToReceive(QueuePair own, QueuePair peer) throws IOException {
    own.modify(QueuePairAttributes.to(QueuePairState.INIT).with(Side.ALL));
    own.modify(
        QueuePairAttributes.to(QueuePairState.RTR)
            .with(Attribute.PATH_MTU, value(Attribute.PATH_MTU))
            .with(Attribute.PEER_NUMBER, peer.number())
            .with(Attribute.RECEIVE_PACKET_NUMBER, value(Attribute.RECEIVE_PACKET_NUMBER))
            .with(Attribute.MAX_PEER_READ_ATOMIC, value(Attribute.MAX_PEER_READ_ATOMIC))
            .with(Attribute.MIN_RNR_TIMER, value(Attribute.MIN_RNR_TIMER)));
  }

  void toReadyToSend(QueuePair own) throws IOException {
    own.modify(
        QueuePairAttributes.to(QueuePairState.RTS)
            .with(Attribute.TIMEOUT, value(Attribute.TIMEOUT))
            .with(Attribute.RETRY_COUNT, value(Attribute.RETRY_COUNT))
            .with(Attribute.RNR_RETRY, value(Attribute.RNR_RETRY))
            .with(Attribute.SEND_PACKET_NUMBER, value(Attribute.SEND_PACKET_NUMBER))
            .with(Attribute.MAX_READ_ATOMIC, value(Attribute.MAX_READ_ATOMIC)));
  }

  private int value(Attribute attribute) {
    return attributes.getOrDefault(attribute, 0);
  }

  long nowNanos() {
    return simulation.nowNanos();
  }

  WireCounters counters(Side side) {
    return side.host.counters(side.queuePair);
  }
}
