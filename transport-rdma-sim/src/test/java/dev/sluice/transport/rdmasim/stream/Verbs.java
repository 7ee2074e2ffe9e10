package dev.sluice.transport.rdmasim.stream;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.InstantFabric;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.util.Set;

/** Brings queue pairs of two devices together. */
final class Verbs {
  /** Messages of a stream are inline, so the device must allow them. */
  private static final DeviceLimits LIMITS =
      new DeviceLimits(16, 63, 16384, 32, 1 << 20, 32767, 16, DeviceLimits.GREATEST_MESSAGE_BYTES);

  private Verbs() {}

  static RdmaDevice[] devices() {
    return InstantFabric.pair(LIMITS);
  }

  static void initialise(QueuePair queuePair) throws VerbsException {
    queuePair.modify(QueuePairAttributes.to(QueuePairState.INIT).with(Set.of(Access.REMOTE_WRITE)));
  }

  static void connect(QueuePair queuePair, int peerNumber) throws VerbsException {
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.RTR)
            .with(Attribute.PATH_MTU, 1024)
            .with(Attribute.PEER_NUMBER, peerNumber)
            .with(Attribute.RECEIVE_PACKET_NUMBER, 0)
            .with(Attribute.MAX_PEER_READ_ATOMIC, 1)
            .with(Attribute.MIN_RNR_TIMER, 12));
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.RTS)
            .with(Attribute.TIMEOUT, 14)
            .with(Attribute.RETRY_COUNT, 7)
            .with(Attribute.RNR_RETRY, 7)
            .with(Attribute.SEND_PACKET_NUMBER, 0)
            .with(Attribute.MAX_READ_ATOMIC, 1));
  }

  /** What is posted from now on is held back, as on a slow link. */
  static void holdBack(QueuePair queuePair) throws VerbsException {
    queuePair.modify(QueuePairAttributes.to(QueuePairState.SQD));
  }

  static void letGo(QueuePair queuePair) throws VerbsException {
    queuePair.modify(QueuePairAttributes.to(QueuePairState.RTS));
  }

  static void fail(QueuePair queuePair) throws VerbsException {
    queuePair.modify(QueuePairAttributes.to(QueuePairState.ERR));
  }
}
