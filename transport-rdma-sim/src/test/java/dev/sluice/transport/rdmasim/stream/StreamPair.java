package dev.sluice.transport.rdmasim.stream;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Two sides with a sender and a receiver each, connected. What one side's sender writes, the other
 * side's receiver reads. One side completes in one queue for each queue pair, the other in two.
 */
record StreamPair(Side one, Side other) {
  record Side(StreamSender sender, StreamReceiver receiver) {}

  static StreamPair of(StreamOptions options) throws IOException {
    return of(options, options);
  }

  static StreamPair of(StreamOptions ofOne, StreamOptions ofOther) throws IOException {
    RdmaDevice[] devices = Verbs.devices();
    Side one = open(devices[0], ofOne, false);
    Side other = open(devices[1], ofOther, true);
    connect(one, other);
    connect(other, one);
    return new StreamPair(one, other);
  }

  private static Side open(RdmaDevice device, StreamOptions options, boolean separate)
      throws IOException {
    ProtectionDomain domain = device.createProtectionDomain();
    CompletionQueue sent = device.createCompletionQueue(options.senderCompletionCount());
    CompletionQueue received = device.createCompletionQueue(options.receiverCompletionCount());
    QueuePairOptions sender = options.senderQueuePair(sent);
    QueuePairOptions receiver = options.receiverQueuePair(received);
    QueuePair outward =
        domain.createQueuePair(separate ? withTwoCompletionQueues(device, sender) : sender);
    QueuePair inward =
        domain.createQueuePair(separate ? withTwoCompletionQueues(device, receiver) : receiver);
    Verbs.initialise(outward);
    Verbs.initialise(inward);
    return new Side(StreamSender.open(outward, options), StreamReceiver.open(inward, options));
  }

  private static QueuePairOptions withTwoCompletionQueues(
      RdmaDevice device, QueuePairOptions options) throws IOException {
    return new QueuePairOptions(
        device.createCompletionQueue(options.maxSendRequests()),
        options.receiveCompletions(),
        options.maxSendRequests(),
        options.maxReceiveRequests(),
        options.maxPieces(),
        options.maxInlineBytes());
  }

  private static void connect(Side side, Side peer) throws IOException {
    StreamHello hello = StreamHello.decode(StreamHello.of(peer.sender(), peer.receiver()).encode());
    side.sender().connect(hello);
    side.receiver().connect(hello);
    Verbs.connect(side.sender().queuePair(), hello.receiverQueuePair());
    Verbs.connect(side.receiver().queuePair(), hello.senderQueuePair());
  }

  StreamSender sender() {
    return one.sender();
  }

  StreamReceiver receiver() {
    return other.receiver();
  }

  /** A request that found no receive stays in the queue. */
  void requireNothingHeldUp() {
    assertTrue(one.sender().queuePair().requester().isIdle(), "a message met no receive");
    assertTrue(other.receiver().queuePair().requester().isIdle(), "a credit met no receive");
  }

  /** Writes all of a buffer that must fit. */
  void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      assertTrue(sender().write(bytes) > 0, "no credit");
    }
  }

  void send(int... bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int one : bytes) {
      buffer.put((byte) one);
    }
    send(buffer.flip());
  }
}
