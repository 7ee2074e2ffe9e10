package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.simulation.FaultPlan;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.stream.StreamHello;
import dev.sluice.transport.rdmasim.stream.StreamOptions;
import dev.sluice.transport.rdmasim.stream.StreamReceiver;
import dev.sluice.transport.rdmasim.stream.StreamSender;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The byte stream over links that lose, delay and scramble. */
@Timeout(60)
class StreamOverLinkTest {
  private static final String LINK = "metro100,loss=0,jitter=none";

  /** Room for whole messages inline, which a sender asks for. */
  private static final DeviceLimits LIMITS =
      new DeviceLimits(
          4, 15, 1 << 17, 4, (1 << 29) - 1, 1 << 18, 16, DeviceLimits.GREATEST_MESSAGE_BYTES);

  /** Two joined hosts. */
  private record Net(Simulation simulation, VirtualHost a, VirtualHost b) {}

  /** One side, whose sender's bytes come out of the other side's receiver. */
  private record End(StreamSender sender, StreamReceiver receiver) {
    static End open(VirtualHost host, StreamOptions options) throws IOException {
      ProtectionDomain domain = host.device().createProtectionDomain();
      CompletionQueue sent = host.device().createCompletionQueue(options.senderCompletionCount());
      CompletionQueue received =
          host.device().createCompletionQueue(options.receiverCompletionCount());
      QueuePair outward = domain.createQueuePair(options.senderQueuePair(sent));
      QueuePair inward = domain.createQueuePair(options.receiverQueuePair(received));
      for (QueuePair each : List.of(outward, inward)) {
        each.modify(QueuePairAttributes.to(QueuePairState.INIT).with(Side.ALL));
      }
      return new End(StreamSender.open(outward, options), StreamReceiver.open(inward, options));
    }

    void connect(End peer) throws IOException {
      StreamHello hello = StreamHello.decode(StreamHello.of(peer.sender, peer.receiver).encode());
      sender.connect(hello);
      receiver.connect(hello);
    }
  }

  /** What one side has written and the other has read, of a pattern that a seed gives. */
  private static final class Flow {
    private final StreamSender sender;
    private final StreamReceiver receiver;
    private final SplittableRandom sizes;
    private final SplittableRandom written;
    private final SplittableRandom expected;
    private final long byteCount;
    private ByteBuffer pending = ByteBuffer.allocate(0);
    private long sentBytes;
    private long readBytes;
    private boolean ended;

    Flow(StreamSender sender, StreamReceiver receiver, long seed, long byteCount) {
      this.sender = sender;
      this.receiver = receiver;
      this.byteCount = byteCount;
      sizes = new SplittableRandom(seed);
      written = new SplittableRandom(seed + 1);
      expected = new SplittableRandom(seed + 1);
    }

    boolean move() throws IOException {
      write();
      read();
      return ended && sender.isEndAcknowledged();
    }

    private void write() throws IOException {
      while (sentBytes < byteCount) {
        if (!pending.hasRemaining()) {
          int size = (int) Math.min(1 + sizes.nextInt(100_000), byteCount - sentBytes);
          byte[] next = new byte[size];
          for (int i = 0; i < size; i++) {
            next[i] = (byte) written.nextInt();
          }
          pending = ByteBuffer.wrap(next);
        }
        int moved = sender.write(pending);
        sentBytes += moved;
        if (moved == 0) {
          return;
        }
        if (sentBytes == byteCount) {
          sender.end();
        }
      }
    }

    private void read() throws IOException {
      ByteBuffer target = ByteBuffer.allocate(1 + sizes.nextInt(70_000));
      for (int moved; (moved = receiver.read(target.clear())) != 0; ) {
        if (moved < 0) {
          assertEquals(byteCount, readBytes);
          ended = true;
          return;
        }
        for (int i = 0; i < moved; i++) {
          assertEquals((byte) expected.nextInt(), target.get(i), "byte " + (readBytes + i));
        }
        readBytes += moved;
      }
    }
  }

  private static Net net(long seed, String link, String... faults) throws IOException {
    Simulation simulation = Simulation.withSeed(seed, FaultPlan.parse(List.of(faults)));
    VirtualFabric fabric = VirtualFabric.of(simulation);
    VirtualHost a = fabric.host("a", LIMITS);
    VirtualHost b = fabric.host("b", LIMITS);
    fabric.join(a, b, LinkProfile.parse(link));
    return new Net(simulation, a, b);
  }

  private static End[] ends(Net net, StreamOptions options) throws IOException {
    End a = End.open(net.a, options);
    End b = End.open(net.b, options);
    a.connect(b);
    b.connect(a);
    connect(a.sender.queuePair(), b.receiver.queuePair());
    connect(b.sender.queuePair(), a.receiver.queuePair());
    return new End[] {a, b};
  }

  private static void connect(QueuePair one, QueuePair other) throws IOException {
    for (QueuePair own : List.of(one, other)) {
      own.modify(
          QueuePairAttributes.to(QueuePairState.RTR)
              .with(Attribute.PATH_MTU, 0)
              .with(Attribute.PEER_NUMBER, (own == one ? other : one).number())
              .with(Attribute.RECEIVE_PACKET_NUMBER, 0)
              .with(Attribute.MAX_PEER_READ_ATOMIC, 1)
              .with(Attribute.MIN_RNR_TIMER, 12));
    }
    for (QueuePair own : List.of(one, other)) {
      own.modify(
          QueuePairAttributes.to(QueuePairState.RTS)
              .with(Attribute.TIMEOUT, 8)
              .with(Attribute.RETRY_COUNT, 7)
              .with(Attribute.RNR_RETRY, 7)
              .with(Attribute.SEND_PACKET_NUMBER, 0)
              .with(Attribute.MAX_READ_ATOMIC, 1));
    }
  }

  private static void carryBothWays(Net net, long seed, long byteCount) throws IOException {
    End[] ends = ends(net, StreamOptions.of(1 << 20));
    Flow there = new Flow(ends[0].sender, ends[1].receiver, seed, byteCount);
    Flow back = new Flow(ends[1].sender, ends[0].receiver, seed + 7, byteCount / 2);
    boolean done = false;
    while (!done) {
      boolean thereDone = there.move();
      boolean backDone = back.move();
      done = thereDone && backDone;
      if (!done && !net.simulation.step()) {
        throw new AssertionError(
            there.readBytes
                + " and "
                + back.readBytes
                + " bytes, and nothing will happen any more");
      }
    }
  }

  /** Acceptance scenario S42. */
  @ParameterizedTest
  @ValueSource(
      strings = {"roce100-rack", "metro100", "metro100,loss=1e-3", "roce100-rack,loss=1e-2"})
  void randomSizes_bothWays_arriveUnchanged(String link) throws Exception {
    Seeds.forEach(
        StreamOverLinkTest.class, 2, seed -> carryBothWays(net(seed, link), seed, 12 << 20));
  }

  /** Acceptance scenario S24: our stream polls no byte, so the order of placement is no matter. */
  @ParameterizedTest
  @ValueSource(strings = {"roce100-rack", "roce100-rack,loss=1e-3"})
  void scrambledPlacement_doesNotHarmTheStream(String link) throws Exception {
    Seeds.forEach(
        StreamOverLinkTest.class,
        2,
        seed -> carryBothWays(net(seed, link, "scramble-placement:times=all"), seed, 4 << 20));
  }

  /** Returns how much of the payload rate of the link a stream moves. */
  private static double utilisation(long windowBytes) throws IOException {
    long byteCount = 4L << 30;
    int chunk = 64 << 10;
    Net net = net(42, LINK);
    StreamOptions options = new StreamOptions(windowBytes, 8192, 8192, chunk);
    QueuePair outward = queuePair(net.a, options, true);
    MemoryRegion source = outward.domain().registerLogical(chunk, EnumSet.noneOf(Access.class));
    StreamSender sender = StreamSender.open(outward, options);
    StreamReceiver receiver = StreamReceiver.openLogical(queuePair(net.b, options, false), options);
    StreamHello hello = StreamHello.of(sender, receiver);
    sender.connect(hello);
    receiver.connect(hello);
    connect(sender.queuePair(), receiver.queuePair());
    long sent = 0;
    while (receiver.counters().byteCount() < byteCount) {
      receiver.discard();
      for (long moved = 1; moved > 0 && sent < byteCount; sent += moved) {
        moved = sender.write(source, 0, Math.min(chunk, byteCount - sent));
      }
      assertTrue(receiver.counters().byteCount() == byteCount || net.simulation.step());
    }
    LinkProfile profile = LinkProfile.parse(LINK);
    double possibleNanos =
        byteCount * 8e9 / (profile.bitsPerSecond() * profile.payloadEfficiency());
    return possibleNanos / net.simulation.nowNanos();
  }

  private static QueuePair queuePair(VirtualHost host, StreamOptions options, boolean sends)
      throws IOException {
    ProtectionDomain domain = host.device().createProtectionDomain();
    CompletionQueue completions =
        host.device()
            .createCompletionQueue(
                Math.max(options.senderCompletionCount(), options.receiverCompletionCount()));
    QueuePair queuePair =
        domain.createQueuePair(
            sends ? options.senderQueuePair(completions) : options.receiverQueuePair(completions));
    queuePair.modify(QueuePairAttributes.to(QueuePairState.INIT).with(Side.ALL));
    return queuePair;
  }

  private static long productBytes() {
    return LinkProfile.parse(LINK).bandwidthDelayProductBytes();
  }

  /** Acceptance scenario S47. */
  @Test
  void windowOfTwoProducts_fillsTheLink() throws Exception {
    double utilisation = utilisation(2 * productBytes());
    assertTrue(utilisation >= 0.9, () -> "only " + utilisation + " of the link");
  }

  @Test
  void windowOfHalfAProduct_doesNot() throws Exception {
    double utilisation = utilisation(productBytes() / 2);
    assertTrue(utilisation < 0.7, () -> utilisation + " of the link");
  }

  /** Acceptance scenario S45: the sender waits for credits, and no receive is ever missing. */
  @Test
  void slowReader_makesTheSenderWait_withoutNotReady() throws Exception {
    Net net = net(42, "roce100-rack");
    End[] ends = ends(net, StreamOptions.of(1 << 20));
    ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
    long sent = 0;
    for (int moved; (moved = ends[0].sender.write(chunk.clear())) > 0; ) {
      sent += moved;
      net.simulation.run();
    }
    assertEquals(1 << 20, sent);
    ByteBuffer slow = ByteBuffer.allocate(10_000);
    long read = 0;
    while (read < 16 << 20) {
      read += ends[1].receiver.read(slow.clear());
      net.simulation.run();
      for (int moved; (moved = ends[0].sender.write(chunk.clear())) > 0; ) {
        sent += moved;
        net.simulation.run();
      }
      assertTrue(sent - read <= 1 << 20, "more is under way than the window");
    }
    assertEquals(0, net.a.counters(ends[0].sender.queuePair()).notReady());
  }
}
