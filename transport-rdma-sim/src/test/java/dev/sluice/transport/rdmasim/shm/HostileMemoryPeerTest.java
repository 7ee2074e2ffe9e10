package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.rdmasim.InMemory;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The peer sets a connection up as it should, and then writes anything into what is shared. The
 * victim gets exceptions of the transport, in time, and nothing else. Scenario S51.
 */
@Timeout(120)
class HostileMemoryPeerTest {
  private static final int ROUND_COUNT = Integer.getInteger("sluice.rounds", 200);
  private static final long BOUND_MILLIS = 2_000;
  private static final int PAGE_BYTE_COUNT = 1 << 14;

  private final long seed = Long.getLong("sluice.seed", new Random().nextLong());

  @TempDir(factory = InMemory.class)
  private Path base;

  private MeetingFolder folder;

  @BeforeEach
  void openFolder() throws IOException {
    folder = MeetingFolder.open(base);
  }

  private TransportAddress address() throws TransportException {
    return TransportAddress.parse("rdma-sim:a,window=64KiB,linger=20ms,dir=" + base);
  }

  private TransportListener listen() throws IOException {
    return listen(Duration.ofSeconds(10));
  }

  private TransportListener listen(Duration handshakeTimeout) throws IOException {
    return SharedMemoryEndpoints.listen(
        address(), TransportContext.defaults().withHandshakeTimeout(handshakeTimeout));
  }

  private static <T> FutureTask<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  /** Everything a user can do, until it fails. */
  private static List<FutureTask<Void>> use(TransportChannel victim, RemoteMemory remote) {
    List<FutureTask<Void>> calls = new ArrayList<>();
    calls.add(
        start(
            () -> {
              ByteBuffer bytes = ByteBuffer.allocateDirect(30_000);
              while (victim.read(bytes.clear()) >= 0) {
                // The peer may write into the ring whatever it likes.
              }
              return null;
            }));
    calls.add(
        start(
            () -> {
              ByteBuffer bytes = ByteBuffer.allocateDirect(30_000);
              while (true) {
                victim.write(bytes.clear());
              }
            }));
    calls.add(
        start(
            () -> {
              MemorySegment page = MemorySegment.ofArray(new byte[PAGE_BYTE_COUNT]);
              while (true) {
                remote.write(0, page, 0, page.byteSize());
              }
            }));
    return calls;
  }

  private static void assertExpected(Throwable failure) {
    boolean told =
        failure instanceof TransportException known
            && (known.kind() == Kind.RESET || known.kind() == Kind.IO);
    if (!told) {
      throw new AssertionError("the victim got " + failure, failure);
    }
  }

  private static void assertEndsInTime(List<FutureTask<Void>> calls) throws Exception {
    for (FutureTask<Void> call : calls) {
      try {
        call.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException failed) {
        assertExpected(Shm.cause(failed));
      }
    }
  }

  private static void assertClosesInTime(TransportChannel victim, RegisteredMemory memory)
      throws Exception {
    FutureTask<Void> closing =
        start(
            () -> {
              memory.close();
              victim.close();
              return null;
            });
    assertEndsInTime(List.of(closing));
    victim.abort();
  }

  @Test
  void scribblerInBothSegments_isAFailureOfTheTransport() throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < ROUND_COUNT; round++) {
      try (TransportListener listener = listen()) {
        FutureTask<SharedConnection> connecting = start(this::connectAsAPeer);
        TransportChannel victim = listener.accept().orElseThrow();
        victim.establish();
        try {
          scribble(victim, connecting.get(), new Random(random.nextLong()));
        } finally {
          victim.abort();
        }
      } catch (Exception | AssertionError failure) {
        throw new AssertionError(
            "round " + round + "; repeat with -DargLine=-Dsluice.seed=" + seed, failure);
      }
    }
    assertEquals(List.of(), folder.fileNames());
  }

  private SharedConnection connectAsAPeer() throws IOException {
    ControlSocket control = Shm.connect(folder, "a");
    return SharedConnection.connect(
        folder, Shm.name("a"), control, ManualPeer.OPTIONS, Deadline.after(Shm.LONG));
  }

  private static void scribble(TransportChannel victim, SharedConnection peer, Random random)
      throws Exception {
    SharedFabric fabric = peer.fabric();
    Pages pages = new Pages(peer, new PeerEnd("hostile", fabric), new MappedUse(() -> true));
    RemoteMemory remote = victim.remote(pages.allocate(PAGE_BYTE_COUNT).key());
    RegisteredMemory memory = victim.allocate(PAGE_BYTE_COUNT);
    List<FutureTask<Void>> calls = use(victim, remote);
    Scribbler scribbler = new Scribbler(fabric, random);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(8));
    int perRound = 1 + random.nextInt(64);
    do {
      for (int i = 0; i < perRound; i++) {
        scribbler.write();
      }
      Thread.onSpinWait();
    } while (System.nanoTime() < until);
    if (random.nextBoolean()) {
      // Whoever was not harmed ends now.
      fabric.close();
      assertEndsInTime(calls);
      assertClosesInTime(victim, memory);
    } else {
      assertClosesInTimeWhileUsed(victim, memory, calls);
      fabric.close();
    }
  }

  /** The victim gives up by itself, with whatever the peer has done to it. */
  private static void assertClosesInTimeWhileUsed(
      TransportChannel victim, RegisteredMemory memory, List<FutureTask<Void>> calls)
      throws Exception {
    FutureTask<Void> ending =
        start(
            () -> {
              memory.close();
              victim.abort();
              return null;
            });
    ending.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
    for (FutureTask<Void> call : calls) {
      try {
        call.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException failed) {
        if (!(Shm.cause(failed) instanceof IOException)) {
          throw failed;
        }
      }
    }
  }

  /** Writes somewhere into both sides' segments: mostly where it hurts. */
  private static final class Scribbler {
    private final List<MemorySegment> segments;
    private final SharedLayout layout;
    private final Random random;

    /** The same kind of place for a whole round, in half of the rounds. */
    private final int fixedPlace;

    Scribbler(SharedFabric fabric, Random random) {
      this.segments = List.of(fabric.own().memory(), fabric.peer().memory().first().memory());
      this.layout = fabric.layout();
      this.random = random;
      fixedPlace = random.nextBoolean() ? random.nextInt(6) : -1;
    }

    void write() {
      MemorySegment segment = segments.get(random.nextInt(segments.size()));
      long at = place(segment) & -Long.BYTES;
      long old = segment.get(ValueLayout.JAVA_LONG, at);
      segment.set(ValueLayout.JAVA_LONG, at, value(old));
    }

    private long place(MemorySegment segment) {
      int queuePair = random.nextInt(layout.limits().maxQueuePairs());
      long ring = layout.gateOffset(queuePair) + SharedCounter.BYTE_COUNT;
      return switch (fixedPlace < 0 ? random.nextInt(6) : fixedPlace) {
        // A counter of a ring.
        case 0 -> ring + (long) random.nextInt(4) * SharedCounter.BYTE_COUNT;
        // One of the first records.
        case 1 -> ring + 4L * SharedCounter.BYTE_COUNT + random.nextInt(1 << 12);
        case 2 -> layout.gateOffset(queuePair);
        // The tables of queue pairs and regions; seldom, as whoever seems to be inside of a region
        // is waited for.
        case 3 ->
            random.nextInt(50) == 0 ? SharedLayout.tablesOffset() + random.nextInt(4096) : ring;
        // How it left.
        case 4 -> random.nextInt(20) == 0 ? SharedLayout.departureOffset() : ring;
        default -> random.nextLong(segment.byteSize() - Long.BYTES);
      };
    }

    private long value(long old) {
      return switch (random.nextInt(8)) {
        case 0 -> 0;
        case 1 -> -1;
        case 2 -> Long.MAX_VALUE;
        case 3 -> Long.MIN_VALUE;
        case 4 -> old + 8L * random.nextInt(-100, 100);
        case 5 -> random.nextInt(1 << 20);
        case 6 -> old ^ (1L << random.nextInt(Long.SIZE));
        default -> random.nextLong();
      };
    }
  }

  /** The victim's window is full, so that it looks at each of them. */
  @Test
  void creditsWithoutEnd_areAFailureOfTheTransport() throws Exception {
    try (TransportListener listener = listen()) {
      FutureTask<ManualPeer> connecting = start(() -> ManualPeer.connect(folder));
      TransportChannel victim = listener.accept().orElseThrow();
      victim.establish();
      ManualPeer peer = connecting.get();
      FutureTask<Void> writing =
          start(
              () -> {
                while (true) {
                  victim.write(ByteBuffer.allocateDirect(30_000));
                }
              });
      FutureTask<Void> flooding =
          start(
              () -> {
                while (!writing.isDone()) {
                  credit(peer);
                }
                return null;
              });
      assertEndsInTime(List.of(writing));
      ExecutionException failed = assertThrows(ExecutionException.class, writing::get);
      assertEquals(Kind.IO, TransportException.kindOf(Shm.cause(failed)));
      assertTrue(Shm.cause(failed).toString().contains("credits"), failed::toString);
      assertEndsInTime(List.of(flooding));
      victim.abort();
      peer.end();
    }
  }

  /** Grants nothing that was not granted before. */
  private static void credit(ManualPeer peer) throws IOException {
    QueuePair queuePair = peer.connection().ends().receiver().queuePair();
    if (queuePair.requester().freePlaces() > 0) {
      queuePair.postSend(
          SendRequest.write(0, peer.told().creditKey(), 0)
              .withImmediate(2 << 29)
              .inline(MemorySegment.ofArray(new byte[16])));
    }
    WorkCompletion _ = queuePair.options().sendCompletions().poll();
  }

  /** What is not a bell after the set-up, by whoever has connected as he should. */
  @Test
  void anyBytesAfterTheSetUp_areAFailureOfTheTransport() throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      try (TransportListener listener = listen()) {
        FutureTask<ControlSocket> connecting =
            start(
                () -> {
                  ControlSocket control = Shm.connect(folder, "a");
                  SharedConnection _ =
                      SharedConnection.connect(
                          folder,
                          Shm.name("a"),
                          control,
                          ManualPeer.OPTIONS,
                          Deadline.after(Shm.LONG));
                  return control;
                });
        TransportChannel victim = listener.accept().orElseThrow();
        victim.establish();
        FutureTask<Void> reader =
            start(
                () -> {
                  victim.read(ByteBuffer.allocate(1));
                  return null;
                });
        byte[] any = new byte[1 + random.nextInt(100)];
        random.nextBytes(any);
        connecting
            .get()
            .send(new Frame(Frame.Type.GO, ByteBuffer.wrap(any)), Deadline.after(Shm.LONG));
        assertEndsInTime(List.of(reader));
        victim.abort();
        connecting.get().close();
      }
    }
  }

  /** In place of the set-up, and instead of any of its messages. */
  @Test
  void anyBytesInTheSetUp_areAFailureOfTheTransport_andLeaveNothing() throws Exception {
    Random random = new Random(seed);
    try (TransportListener listener = listen(Duration.ofMillis(300))) {
      for (int round = 0; round < 60; round++) {
        SocketChannel socket = SocketChannel.open(folder.socketAddress(Shm.name("a").fileName()));
        boolean leaves = random.nextInt(8) != 0;
        try {
          socket.write(ByteBuffer.wrap(new byte[] {ControlSocket.GREETING}));
          socket.write(ByteBuffer.wrap(anything(random)));
          if (leaves) {
            socket.close();
          }
          TransportChannel victim = listener.accept().orElseThrow();
          FutureTask<Void> establishing =
              start(
                  () -> {
                    victim.establish();
                    return null;
                  });
          try {
            establishing.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
          } catch (ExecutionException failed) {
            if (leaves || TransportException.kindOf(Shm.cause(failed)) != Kind.TIMED_OUT) {
              assertExpected(Shm.cause(failed));
            }
          }
        } catch (Exception | AssertionError failure) {
          throw new AssertionError("repeat with -DargLine=-Dsluice.seed=" + seed, failure);
        } finally {
          socket.close();
        }
      }
    }
    assertEquals(List.of(), folder.fileNames());
  }

  private static byte[] anything(Random random) throws TransportException {
    if (random.nextInt(3) == 0) {
      byte[] any = new byte[random.nextInt(6_000)];
      random.nextBytes(any);
      return any;
    }
    SegmentName name = SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING);
    Hello hello = new Hello(0, name, 1 + random.nextInt(1 << 20), ByteBuffer.allocate(32));
    byte[] frame = hello.frame(Frame.Type.HELLO).encoded().array();
    for (int i = random.nextInt(4); i > 0; i--) {
      frame[random.nextInt(frame.length)] = (byte) random.nextInt();
    }
    return frame;
  }

  /** Touching what is not there would be the end of this process. */
  @Test
  void segmentThatIsShorterThanAnnounced_isRefused() throws Exception {
    try (TransportListener listener = listen()) {
      for (long byteCount : new long[] {0, 1, 4096, 1 << 20}) {
        ControlSocket control = Shm.connect(folder, "a");
        SegmentName name = SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING);
        long announced =
            SharedLayout.ofChannel(StreamEnds.arenaByteCount(ManualPeer.OPTIONS)).byteCount();
        Segment own = Segment.create(folder, name, announced);
        try (FileChannel file =
            FileChannel.open(folder.file(name.toString()), StandardOpenOption.WRITE)) {
          file.truncate(byteCount);
        }
        Hello hello = new Hello(0, name, announced, ByteBuffer.allocate(32));
        control.send(hello.frame(Frame.Type.HELLO), Deadline.after(Shm.LONG));
        TransportChannel victim = listener.accept().orElseThrow();
        TransportException failure = Shm.fails(Kind.IO, victim::establish);
        assertEquals(ProtocolViolation.class, failure.getClass());
        own.close();
        control.close();
      }
    }
    assertEquals(List.of(), folder.fileNames());
  }
}
