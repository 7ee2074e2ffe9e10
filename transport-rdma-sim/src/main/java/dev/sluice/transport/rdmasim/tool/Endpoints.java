package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import dev.sluice.transport.rdmasim.virtual.VirtualFabric;
import dev.sluice.transport.rdmasim.virtual.VirtualHost;
import dev.sluice.transport.rdmasim.virtual.VirtualLink;
import java.util.EnumSet;
import java.util.function.Function;

/** Two joined hosts, {@code a} that sends and {@code b} that receives, with a queue pair each. */
final class Endpoints {
  /** Queues as long as a link across an ocean needs; they cost memory for what is in them only. */
  private static final DeviceLimits LIMITS =
      new DeviceLimits(
          4, 15, 1 << 17, 4, (1 << 29) - 1, 1 << 18, 16, DeviceLimits.GREATEST_MESSAGE_BYTES);

  /** 640 us, the usual one. */
  private static final int RNR_TIMER_CODE = 12;

  /** One end. */
  record End(
      VirtualHost host,
      ProtectionDomain domain,
      CompletionQueue completions,
      QueuePair queuePair) {}

  private final Simulation simulation;
  private final VirtualLink link;
  private final End sender;
  private final End receiver;

  private Endpoints(Simulation simulation, VirtualLink link, End sender, End receiver) {
    this.simulation = simulation;
    this.link = link;
    this.sender = sender;
    this.receiver = receiver;
  }

  /**
   * Makes them; the queue pairs are in state INIT.
   *
   * @param completionCount room of each completion queue
   * @param ofSender what its queue pair is made with
   * @param ofReceiver what its queue pair is made with
   */
  static Endpoints of(
      Simulation simulation,
      LinkProfile profile,
      int completionCount,
      Function<CompletionQueue, QueuePairOptions> ofSender,
      Function<CompletionQueue, QueuePairOptions> ofReceiver)
      throws VerbsException {
    VirtualFabric fabric = VirtualFabric.of(simulation);
    VirtualHost a = fabric.host("a", LIMITS);
    VirtualHost b = fabric.host("b", LIMITS);
    VirtualLink link = fabric.join(a, b, profile);
    return new Endpoints(
        simulation, link, end(a, completionCount, ofSender), end(b, completionCount, ofReceiver));
  }

  private static End end(
      VirtualHost host, int completionCount, Function<CompletionQueue, QueuePairOptions> options)
      throws VerbsException {
    ProtectionDomain domain = host.device().createProtectionDomain();
    CompletionQueue completions = host.device().createCompletionQueue(completionCount);
    QueuePair queuePair = domain.createQueuePair(options.apply(completions));
    queuePair.modify(QueuePairAttributes.to(QueuePairState.INIT).with(EnumSet.allOf(Access.class)));
    return new End(host, domain, completions, queuePair);
  }

  /** Brings both queue pairs to RTS, which try again so often. */
  void connect(Retries retries) throws VerbsException {
    QueuePair one = sender.queuePair;
    QueuePair other = receiver.queuePair;
    toReadyToReceive(one, other);
    toReadyToReceive(other, one);
    toReadyToSend(one, link.forward().profile().timeoutCode(), retries);
    toReadyToSend(other, link.back().profile().timeoutCode(), retries);
  }

  private static void toReadyToReceive(QueuePair own, QueuePair peer) throws VerbsException {
    own.modify(
        QueuePairAttributes.to(QueuePairState.RTR)
            .with(Attribute.PATH_MTU, 0)
            .with(Attribute.PEER_NUMBER, peer.number())
            .with(Attribute.RECEIVE_PACKET_NUMBER, 0)
            .with(Attribute.MAX_PEER_READ_ATOMIC, 1)
            .with(Attribute.MIN_RNR_TIMER, RNR_TIMER_CODE));
  }

  private static void toReadyToSend(QueuePair own, int timeoutCode, Retries retries)
      throws VerbsException {
    own.modify(
        QueuePairAttributes.to(QueuePairState.RTS)
            .with(Attribute.TIMEOUT, timeoutCode)
            .with(Attribute.RETRY_COUNT, retries.withoutAnswer())
            .with(Attribute.RNR_RETRY, retries.notReady())
            .with(Attribute.SEND_PACKET_NUMBER, 0)
            .with(Attribute.MAX_READ_ATOMIC, 1));
  }

  Simulation simulation() {
    return simulation;
  }

  VirtualLink link() {
    return link;
  }

  End sender() {
    return sender;
  }

  End receiver() {
    return receiver;
  }
}
