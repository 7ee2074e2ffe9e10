package dev.sluice.transport.rdmasim.shm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.rdmasim.InMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A set-up that fails at any of its steps leaves nothing: no descriptor, mapping, thread, or file.
 */
@Timeout(60)
class FailedSetUpTest {
  private static final int ROUND_COUNT = 10;
  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final Deadline LATE = Deadline.after(Duration.ofMinutes(5));
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** How far a connecting peer comes, and what it does then. */
  enum Connecting {
    LEAVES_WITHOUT_GREETING,
    LEAVES_AFTER_GREETING,
    SENDS_NO_FRAME,
    SENDS_ANOTHER_FRAME,
    NAMES_NO_SEGMENT,
    NAMES_A_SMALLER_SEGMENT,
    GREETS_THE_STREAM_WRONGLY,
    LEAVES_AFTER_HELLO,
    IS_SILENT_AFTER_HELLO,
    REJECTS_AFTER_READY,
    LEAVES_AFTER_READY
  }

  /** The same of an accepting peer. */
  enum Accepting {
    LEAVES_AT_ONCE,
    IS_SILENT,
    REJECTS,
    SENDS_NO_FRAME,
    SENDS_ANOTHER_FRAME,
    NAMES_NO_SEGMENT,
    NAMES_ANOTHER_CONNECTION,
    GREETS_THE_STREAM_WRONGLY
  }

  /** What a process has. */
  private record Holdings(long descriptors, long mappings, long threads) {
    static Holdings now(Path base) throws IOException {
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"));
          Stream<String> maps = Files.lines(Path.of("/proc/self/maps"));
          Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
        return new Holdings(
            open.count(),
            maps.filter(line -> line.contains(base.toString())).count(),
            tasks.count());
      }
    }

    boolean isWithin(Holdings before) {
      return descriptors <= before.descriptors
          && mappings <= before.mappings
          && threads <= before.threads;
    }
  }

  @TempDir(factory = InMemory.class)
  private Path base;

  private MeetingFolder folder;

  @SuppressWarnings("NullAway.Init") // Before each test.
  FailedSetUpTest() {}

  @BeforeEach
  void openFolder() throws IOException {
    folder = MeetingFolder.open(base);
  }

  private TransportAddress address() throws IOException {
    return TransportAddress.parse("rdma-sim:a,window=64KiB,connect-timeout=100ms,dir=" + base);
  }

  private static <T> FutureTask<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().start(task);
    return task;
  }

  /** The first rounds load classes and start threads of the JDK. */
  private void assertLeavesNothing(Callable<Void> round) throws Exception {
    for (int i = 0; i < ROUND_COUNT; i++) {
      round.call();
    }
    Holdings before = Holdings.now(base);
    for (int i = 0; i < ROUND_COUNT; i++) {
      round.call();
      assertEquals(List.of(), Shm.remains(folder));
    }
    // Without a thread of its own, which would be counted.
    await()
        .pollInSameThread()
        .atMost(BOUND)
        .until(() -> Holdings.now(base), now -> now.isWithin(before));
  }

  @ParameterizedTest
  @EnumSource(Connecting.class)
  void acceptingSide_leavesNothing(Connecting peer) throws Exception {
    try (TransportListener listener =
        SharedMemoryEndpoints.listen(
            address(), TransportContext.defaults().withHandshakeTimeout(Duration.ofMillis(100)))) {
      assertLeavesNothing(
          () -> {
            if (peer == Connecting.LEAVES_WITHOUT_GREETING) {
              assertEquals(Knock.Outcome.ANSWERED, Knock.probe(folder.socketAddress("a.sock")));
              return null;
            }
            FutureTask<Void> playing = start(() -> play(peer));
            TransportChannel victim = listener.accept().orElseThrow();
            assertThrows(IOException.class, victim::establish);
            victim.close();
            return playing.get();
          });
    }
  }

  private Void play(Connecting peer) throws IOException {
    try (ControlSocket control = Shm.connect(folder, "a")) {
      switch (peer) {
        case LEAVES_WITHOUT_GREETING, LEAVES_AFTER_GREETING -> {}
        case SENDS_NO_FRAME ->
            rejected(
                control, new Frame(Frame.Type.HELLO, ByteBuffer.allocate(3).put(0, (byte) -1)));
        case SENDS_ANOTHER_FRAME -> rejected(control, new Frame(Frame.Type.GO, NOTHING));
        case NAMES_NO_SEGMENT -> {
          SegmentName name = SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING);
          rejected(control, new Hello(0, name, 1, NOTHING).frame(Frame.Type.HELLO));
        }
        default -> withSegment(control, peer);
      }
    }
    return null;
  }

  /** Sends what the victim does not take, and hears that. */
  private static void rejected(ControlSocket control, Frame frame) throws IOException {
    control.send(frame, LATE);
    assertEquals(Frame.Type.REJECT, control.receive(LATE).type());
  }

  private void withSegment(ControlSocket control, Connecting peer) throws IOException {
    try (Segment own = ManualPeer.segment(folder)) {
      long byteCount = own.byteCount() + (peer == Connecting.NAMES_A_SMALLER_SEGMENT ? 4096 : 0);
      ByteBuffer greeting =
          peer == Connecting.GREETS_THE_STREAM_WRONGLY ? ByteBuffer.allocate(32) : greeting(own);
      control.send(new Hello(0, own.name(), byteCount, greeting).frame(Frame.Type.HELLO), LATE);
      switch (peer) {
        case REJECTS_AFTER_READY -> {
          Hello _ = Hello.in(control.receive(LATE));
          control.send(new Frame(Frame.Type.REJECT, UTF_8.encode("no")), LATE);
        }
        case LEAVES_AFTER_READY -> {
          Hello _ = Hello.in(control.receive(LATE));
        }
        case IS_SILENT_AFTER_HELLO -> {
          Hello _ = Hello.in(control.receive(LATE));
          assertEquals(Frame.Type.REJECT, control.receive(LATE).type());
        }
        case NAMES_A_SMALLER_SEGMENT, GREETS_THE_STREAM_WRONGLY ->
            assertEquals(Frame.Type.REJECT, control.receive(LATE).type());
        default -> {}
      }
    }
  }

  private ByteBuffer greeting(Segment own) throws IOException {
    SharedFabric fabric = new SharedFabric("by hand", folder, own, ManualPeer.layout());
    ByteBuffer greeting = ByteBuffer.allocate(StreamEnds.GREETING_BYTE_COUNT);
    new StreamEnds(fabric, ManualPeer.OPTIONS).greet(greeting);
    return greeting;
  }

  @ParameterizedTest
  @EnumSource(Accepting.class)
  void connectingSide_leavesNothing(Accepting peer) throws Exception {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      assertLeavesNothing(
          () -> {
            FutureTask<Void> playing = start(() -> play(listener, peer));
            assertThrows(
                IOException.class,
                () -> SharedMemoryEndpoints.connect(address(), TransportContext.defaults()));
            return playing.get();
          });
    }
  }

  private Void play(MeetingListener listener, Accepting peer) throws IOException {
    try (ControlSocket control = listener.accept().orElseThrow()) {
      if (peer == Accepting.LEAVES_AT_ONCE) {
        return null;
      }
      Hello hello = Hello.in(control.receive(LATE));
      SegmentName own = SegmentName.of(hello.segment().nonce(), SegmentName.Side.ACCEPTING);
      switch (peer) {
        case REJECTS -> control.send(new Frame(Frame.Type.REJECT, UTF_8.encode("no")), LATE);
        case SENDS_NO_FRAME ->
            rejected(control, new Frame(Frame.Type.READY, ByteBuffer.allocate(5)));
        case SENDS_ANOTHER_FRAME -> rejected(control, new Frame(Frame.Type.GO, NOTHING));
        case NAMES_NO_SEGMENT ->
            rejected(control, new Hello(0, own, 1, NOTHING).frame(Frame.Type.READY));
        case NAMES_ANOTHER_CONNECTION -> {
          SegmentName other = SegmentName.of(Nonce.fresh(), SegmentName.Side.ACCEPTING);
          rejected(control, new Hello(0, other, 1, NOTHING).frame(Frame.Type.READY));
        }
        case GREETS_THE_STREAM_WRONGLY -> {
          long byteCount = ManualPeer.layout().byteCount();
          try (Segment _ = Segment.create(folder, own, byteCount)) {
            Hello ready = new Hello(0, own, byteCount, ByteBuffer.allocate(32));
            rejected(control, ready.frame(Frame.Type.READY));
          }
        }
        // Until the victim gives up.
        default -> assertEquals(Frame.Type.REJECT, control.receive(LATE).type());
      }
    }
    return null;
  }

  @Test
  void nobodyListening_leavesNothing() throws Exception {
    assertLeavesNothing(
        () -> {
          assertThrows(
              IOException.class,
              () -> SharedMemoryEndpoints.connect(address(), TransportContext.defaults()));
          return null;
        });
  }

  @Test
  void nameInUse_leavesNothing() throws Exception {
    try (MeetingListener _ = Shm.listen(folder, "a")) {
      assertLeavesNothing(
          () -> {
            assertThrows(
                IOException.class,
                () -> SharedMemoryEndpoints.listen(address(), TransportContext.defaults()));
            return null;
          });
    }
  }

  @Test
  void abortDuringTheSetUp_leavesNothing() throws Exception {
    try (TransportListener listener =
        SharedMemoryEndpoints.listen(address(), TransportContext.defaults())) {
      assertLeavesNothing(
          () -> {
            try (ControlSocket _ = Shm.connect(folder, "a")) {
              TransportChannel victim = listener.accept().orElseThrow();
              FutureTask<Void> establishing =
                  start(
                      () -> {
                        assertThrows(IOException.class, victim::establish);
                        return null;
                      });
              victim.abort();
              return establishing.get();
            }
          });
    }
  }
}
