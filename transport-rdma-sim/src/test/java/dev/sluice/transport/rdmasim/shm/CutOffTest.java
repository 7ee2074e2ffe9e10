package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.rdmasim.InMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The peer keeps the files open that both sides have mapped, and makes them shorter. Whoever
 * touches a page that is gone would be the end of the process, were it not a Java program. The
 * victim gets an error of its channel, in time. Scenario S51.
 */
@Timeout(120)
class CutOffTest {
  private static final int ROUND_COUNT = 60;
  private static final long BOUND_MILLIS = 2_000;
  private static final int PAGE_BYTE_COUNT = 1 << 14;

  /** All rings are behind it. */
  private static final int LEFT_BYTE_COUNT = 3 * 4096;

  /** Whose file is cut off, as the victim sees it. */
  enum Cut {
    OWN,
    PEERS,
    BOTH
  }

  /** What the victim does meanwhile, or next. */
  enum Call {
    READ,
    WRITE,
    AWAIT_READABLE,
    AWAIT_WRITABLE,
    SHUT_DOWN,
    ALLOCATE,
    WRITE_REMOTE,
    CLOSE
  }

  private final long seed = Long.getLong("sluice.seed", new Random().nextLong());

  @TempDir(factory = InMemory.class)
  private Path base;

  private MeetingFolder folder;
  private TransportListener listener;

  @SuppressWarnings("NullAway.Init") // Before each test.
  CutOffTest() {}

  @BeforeEach
  void open() throws IOException {
    folder = MeetingFolder.open(base);
    TransportAddress address = TransportAddress.parse("rdma-sim:a,window=64KiB,dir=" + base);
    listener =
        SharedMemoryEndpoints.listen(
            address, TransportContext.defaults().withHandshakeTimeout(Duration.ofSeconds(10)));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    listener.close();
    assertEquals(List.of(), folder.fileNames());
  }

  private static void cut(ManualPeer peer, Cut cut, long byteCount) throws IOException {
    if (cut != Cut.PEERS) {
      peer.victims().truncate(byteCount);
    }
    if (cut != Cut.OWN) {
      peer.own().truncate(byteCount);
    }
  }

  private static RemoteMemory memory(ManualPeer peer, TransportChannel victim) throws IOException {
    PeerEnd end = new PeerEnd("by hand", peer.fabric());
    Pages pages = new Pages(peer.connection(), end, new MappedUse(() -> true));
    return victim.remote(pages.allocate(PAGE_BYTE_COUNT).key());
  }

  /** Both sides. */
  private record Pair(TransportChannel victim, ManualPeer peer, RemoteMemory remote) {}

  private Pair pair() throws Exception {
    FutureTask<ManualPeer> connecting = start(() -> ManualPeer.connect(folder));
    TransportChannel victim = listener.accept().orElseThrow();
    victim.establish();
    ManualPeer peer = connecting.get();
    return new Pair(victim, peer, memory(peer, victim));
  }

  private static <T> FutureTask<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static Callable<Void> call(Pair pair, Call call) {
    TransportChannel victim = pair.victim();
    return () -> {
      switch (call) {
        case READ -> victim.read(ByteBuffer.allocate(100));
        case WRITE -> {
          while (true) {
            victim.write(ByteBuffer.allocate(10_000));
          }
        }
        case AWAIT_READABLE -> {
          victim.configureBlocking(false);
          victim.awaitReadable(Duration.ofSeconds(60));
        }
        case AWAIT_WRITABLE -> {
          victim.configureBlocking(false);
          while (victim.write(ByteBuffer.allocate(10_000)) > 0) {
            // Until there is no room.
          }
          victim.awaitWritable(Duration.ofSeconds(60));
        }
        case SHUT_DOWN -> victim.shutdown(Direction.WRITE);
        case ALLOCATE -> victim.allocate(PAGE_BYTE_COUNT);
        case WRITE_REMOTE -> pair.remote().write(0, MemorySegment.ofArray(new byte[100]), 0, 100);
        case CLOSE -> {
          victim.write(ByteBuffer.allocate(10));
          victim.close();
        }
      }
      return null;
    };
  }

  private static void assertToldInTime(FutureTask<Void> call) throws Exception {
    String told = assertFailsInTime(call);
    assertTrue(told.contains("was cut off"), told);
  }

  private static String assertFailsInTime(FutureTask<Void> call) throws Exception {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> call.get(BOUND_MILLIS, TimeUnit.MILLISECONDS));
    if (!(Shm.cause(failed) instanceof TransportException told) || told.kind() != Kind.IO) {
      throw new AssertionError("the victim got " + failed.getCause(), failed);
    }
    return Shm.text(told);
  }

  private static void assertEndsInTime(Pair pair) throws Exception {
    FutureTask<Void> ending =
        start(
            () -> {
              pair.victim().abort();
              return null;
            });
    ending.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
    pair.peer().end();
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void callAfterwards_isToldOfIt(Call call) throws Exception {
    for (Cut cut : Cut.values()) {
      if (touches(call, cut)) {
        Pair pair = pair();
        cut(pair.peer(), cut, 0);
        assertToldInTime(start(call(pair, call)));
        // From now on it is always so, even where the memory is there again, full of zeros.
        assertToldInTime(start(call(pair, Call.READ)));
        assertEndsInTime(pair);
      }
    }
  }

  /** Page writes need nothing of this side's file, and new memory nothing of the peer's. */
  private static boolean touches(Call call, Cut cut) {
    return cut == Cut.BOTH || call != (cut == Cut.OWN ? Call.WRITE_REMOTE : Call.ALLOCATE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"READ", "WRITE", "AWAIT_READABLE", "AWAIT_WRITABLE"})
  void callThatWaits_isToldOfIt(Call call) throws Exception {
    for (Cut cut : Cut.values()) {
      Pair pair = pair();
      FutureTask<Void> waiting = new FutureTask<>(call(pair, call));
      Thread thread = Thread.ofPlatform().daemon().start(waiting);
      Thread.State[] states = {Thread.State.NEW};
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
      while (System.nanoTime() < until) {
        states[0] = thread.getState();
      }
      assertTrue(states[0] != Thread.State.TERMINATED);
      cut(pair.peer(), cut, 0);
      assertToldInTime(waiting);
      assertEndsInTime(pair);
    }
  }

  /** Whoever waits for the peer to take the rest does not wait for a peer that has cut it off. */
  @ParameterizedTest
  @EnumSource(Cut.class)
  void closeThatDelivers_isToldOfIt(Cut cut) throws Exception {
    Pair pair = pair();
    pair.victim().write(ByteBuffer.allocate(10));
    FutureTask<Void> closing =
        start(
            () -> {
              pair.victim().close();
              return null;
            });
    cut(pair.peer(), cut, 0);
    assertToldInTime(closing);
    assertEndsInTime(pair);
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void ownMemory_canStillBeClosed(Cut cut) throws Exception {
    Pair pair = pair();
    RegisteredMemory small = pair.victim().allocate(PAGE_BYTE_COUNT);
    cut(pair.peer(), cut, 0);
    small.close();
    small.close();
    assertEndsInTime(pair);
  }

  /** In the middle of everything, at any place, with code that is compiled by and by. */
  @Test
  void anyCutDuringTransfers_isAFailureOfTheChannel() throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < ROUND_COUNT; round++) {
      Pair pair = pair();
      try {
        List<FutureTask<Void>> calls = new ArrayList<>();
        calls.add(start(() -> echo(pair.victim())));
        calls.add(start(call(pair, Call.WRITE)));
        calls.add(
            start(
                () -> {
                  while (true) {
                    pair.remote().write(0, MemorySegment.ofArray(new byte[5_000]), 0, 5_000);
                  }
                }));
        FutureTask<Void> sending = start(() -> traffic(pair.peer(), random.nextInt(2_000)));
        try {
          sending.get();
        } finally {
          cut(pair.peer(), Cut.values()[random.nextInt(3)], random.nextInt(LEFT_BYTE_COUNT));
        }
        // What is read at the moment of the cut may be anything, and may be told as that.
        for (FutureTask<Void> call : calls) {
          assertFailsInTime(call);
        }
        assertFailsInTime(start(call(pair, Call.CLOSE)));
        assertEndsInTime(pair);
      } catch (Exception | AssertionError failure) {
        throw new AssertionError(
            "round " + round + "; repeat with -DargLine=-Dsluice.seed=" + seed, failure);
      }
    }
  }

  private static Void echo(TransportChannel victim) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(5_000);
    while (victim.read(bytes.clear()) >= 0) {
      // The peer sends nothing but ends nothing either.
    }
    return null;
  }

  private static Void traffic(ManualPeer peer, int messageCount) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(5_000);
    for (int i = 0; i < messageCount; i++) {
      peer.connection().ends().sender().write(bytes.clear());
      peer.connection().ends().receiver().read(new ByteBuffer[] {bytes.clear()}, 0, 1);
    }
    return null;
  }
}
