package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.stream.StreamHello;
import dev.sluice.transport.rdmasim.stream.StreamOptions;
import dev.sluice.transport.rdmasim.stream.StreamReceiver;
import dev.sluice.transport.rdmasim.stream.StreamSender;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * What a channel has on its device: a queue pair for each direction of the stream.
 *
 * <h2>Threading</h2>
 *
 * Each queue pair by one thread at a time.
 */
final class StreamEnds {
  /** What each side tells the other of itself. */
  static final int GREETING_BYTE_COUNT = StreamHello.BYTE_COUNT;

  /** Any number does: there is one life only. */
  private static final int FIRST_PACKET = 1;

  /** For ever: that the peer is gone is told by its socket, and a stopped one is only slow. */
  private static final int NO_TIMEOUT = 0;

  private static final int FOR_EVER = 7;

  /** 0.64 ms. Receives are always posted, so nobody ever waits for it. */
  private static final int NOT_READY_TIMER = 12;

  private final int maxQueuePairs;
  private final ProtectionDomain domain;
  private final StreamSender sender;
  private final StreamReceiver receiver;

  /** Makes them on a device; they cannot be used before {@link #connect}. */
  StreamEnds(SharedFabric fabric, StreamOptions options) throws IOException {
    maxQueuePairs = fabric.layout().limits().maxQueuePairs();
    domain = fabric.device().createProtectionDomain();
    CompletionQueue sent = fabric.device().createCompletionQueue(options.senderCompletionCount());
    QueuePair sending = domain.createQueuePair(options.senderQueuePair(sent));
    initialise(sending);
    sender = StreamSender.open(sending, options);
    CompletionQueue received =
        fabric.device().createCompletionQueue(options.receiverCompletionCount());
    QueuePair receiving = domain.createQueuePair(options.receiverQueuePair(received));
    initialise(receiving);
    receiver = StreamReceiver.open(receiving, options);
  }

  private static void initialise(QueuePair queuePair) throws IOException {
    queuePair.modify(QueuePairAttributes.to(QueuePairState.INIT).with(Set.of(Access.REMOTE_WRITE)));
  }

  /** Returns how much registered memory all this needs. */
  static long arenaByteCount(StreamOptions options) {
    return SharedFabric.segmentByteCount(options.windowBytes())
        + SharedFabric.segmentByteCount(StreamOptions.CREDIT_REGION_BYTES);
  }

  /** Writes what the peer has to know. */
  void greet(ByteBuffer greeting) {
    greeting.put(StreamHello.of(sender, receiver).encode()).flip();
  }

  /** Takes what the peer wrote with {@link #greet}, and connects all queue pairs. */
  void connect(ByteBuffer greeting) throws IOException {
    if (greeting.remaining() != GREETING_BYTE_COUNT) {
      throw new ProtocolViolation(
          "the size of a greeting", greeting.remaining(), Integer.toString(GREETING_BYTE_COUNT));
    }
    StreamHello hello = StreamHello.decode(greeting);
    requireNumber(hello.receiverQueuePair());
    requireNumber(hello.senderQueuePair());
    connect(sender.queuePair(), hello.receiverQueuePair());
    connect(receiver.queuePair(), hello.senderQueuePair());
    sender.connect(hello);
    receiver.connect(hello);
  }

  private void requireNumber(int peer) throws ProtocolViolation {
    if (peer <= 0 || QueuePairTable.place(peer) >= maxQueuePairs) {
      throw new ProtocolViolation("the number of a queue pair", peer, "one of the peer's");
    }
  }

  private static void connect(QueuePair queuePair, int peer) throws IOException {
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.RTR)
            .with(Attribute.PATH_MTU, 0)
            .with(Attribute.PEER_NUMBER, peer)
            .with(Attribute.RECEIVE_PACKET_NUMBER, FIRST_PACKET)
            .with(Attribute.MAX_PEER_READ_ATOMIC, 0)
            .with(Attribute.MIN_RNR_TIMER, NOT_READY_TIMER));
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.RTS)
            .with(Attribute.TIMEOUT, NO_TIMEOUT)
            .with(Attribute.RETRY_COUNT, FOR_EVER)
            .with(Attribute.RNR_RETRY, FOR_EVER)
            .with(Attribute.SEND_PACKET_NUMBER, FIRST_PACKET)
            .with(Attribute.MAX_READ_ATOMIC, 0));
  }

  ProtectionDomain domain() {
    return domain;
  }

  StreamSender sender() {
    return sender;
  }

  StreamReceiver receiver() {
    return receiver;
  }
}
