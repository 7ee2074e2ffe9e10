package dev.sluice.transport.rdmasim;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, one of which is killed or stopped. */
class ChannelProcessTest {
  /** Each of two tests kills so many. */
  private static final int KILL_COUNT = Integer.getInteger("sluice.kills", 30) / 2;

  private static final Duration BOUND = Duration.ofSeconds(2);

  private final long seed = Long.getLong("sluice.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  @TempDir(factory = InMemory.class)
  private Path base;

  private final List<Process> children = new ArrayList<>();

  @AfterEach
  void endChildren() throws InterruptedException {
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
  }

  private Process start(Child.Role role) throws IOException {
    Process child = Child.start(base, role);
    children.add(child);
    assertEquals("ready", child.inputReader().readLine());
    return child;
  }

  /** The first connection is set up within some ms; then there is traffic. */
  private void killSoon(Process child) throws InterruptedException {
    int greatestMicros = random.nextBoolean() ? 30_000 : 150_000;
    long nanos = TimeUnit.MICROSECONDS.toNanos(random.nextInt(greatestMicros));
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
    child.destroyForcibly().waitFor();
  }

  private AssertionError repeat(Throwable failure) {
    return new AssertionError("repeat with -DargLine=-Dsluice.seed=" + seed, failure);
  }

  /** Scenario S54. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void connectingSideKilledAtAnyMoment_isAResetForTheOther_andLeavesNothing() throws Exception {
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger open = new AtomicInteger();
    try (TransportListener listener = Channels.listen(Channels.at(base) + Channels.WINDOW)) {
      Caller.PLATFORM.start(
          () -> {
            while (true) {
              TransportChannel accepted = listener.accept().orElseThrow();
              open.incrementAndGet();
              Caller.PLATFORM.start(
                  () -> {
                    failures.addAll(Traffic.run(accepted));
                    return open.decrementAndGet();
                  });
            }
          });
      for (int i = 0; i < KILL_COUNT; i++) {
        killSoon(start(Child.Role.CONNECT));
        await().atMost(BOUND).until(() -> open.get() == 0);
        for (Throwable failure : failures) {
          assertKind(Set.of(Kind.RESET), failure);
        }
        assertNextConnectionWorks();
        await().atMost(BOUND).until(() -> open.get() == 0);
        assertEquals(List.of("a.sock"), Channels.files(base));
        failures.clear();
      }
    } catch (Exception | AssertionError failure) {
      throw repeat(failure);
    }
    assertEquals(List.of(), Channels.files(base));
  }

  /** Whatever a killed one left is removed by who comes next. */
  private void assertNextConnectionWorks() throws IOException {
    TransportChannel next = Channels.connect(Channels.at(base) + Channels.WINDOW);
    Channels.writeFully(next, Channels.one(1));
    assertTrue(Channels.readOne(next) > 0, "the size of a key");
    next.abort();
  }

  private static void assertKind(Set<Kind> expected, Throwable failure) {
    if (!(failure instanceof TransportException told) || !expected.contains(told.kind())) {
      throw new AssertionError("not " + expected, failure);
    }
  }

  /** Scenario S54. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void listeningSideKilledAtAnyMoment_isToldToTheOther_andLeavesNothing() throws Exception {
    try {
      for (int i = 0; i < KILL_COUNT; i++) {
        Process child = start(Child.Role.LISTEN);
        Caller.Call<List<Throwable>> traffic =
            Caller.PLATFORM.start(
                () -> {
                  try {
                    return Traffic.run(Channels.connect(Channels.at(base) + Channels.WINDOW));
                  } catch (IOException notConnected) {
                    return List.of(notConnected);
                  }
                });
        killSoon(child);
        List<Throwable> failures = traffic.task().get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertFalse(failures.isEmpty());
        for (Throwable failure : failures) {
          assertKind(Set.of(Kind.RESET, Kind.UNREACHABLE), failure);
        }
        // Its socket has its name until somebody comes.
        Channels.failure(
            Kind.UNREACHABLE, () -> Channels.connect(Channels.at(base) + Channels.WINDOW));
        assertEquals(List.of(), Channels.files(base));
      }
    } catch (Exception | AssertionError failure) {
      throw repeat(failure);
    }
  }

  /** Without a wait: who only looks now and then sees it, too. CH-10.4. */
  @Test
  void killedPeer_isSeenByOneLook() throws Exception {
    Process child = start(Child.Role.COUNT);
    try (TransportChannel channel = Channels.connect(Channels.at(base) + Channels.WINDOW)) {
      channel.configureBlocking(false);
      assertEquals(0, channel.read(ByteBuffer.allocate(1)));
      child.destroyForcibly().waitFor();
      assertTrue(channel.awaitReadable(Duration.ZERO));
      TransportException failure = Channels.failure(Kind.RESET, () -> Channels.readOne(channel));
      assertTrue(Channels.text(failure).contains("killed"), Channels.text(failure));
      assertTrue(failure.hint().isPresent());
    }
  }

  /** CH-7.3: what it has not read is lost, and who closes is told. */
  @Test
  void killedPeer_failsTheClose() throws Exception {
    Process child = start(Child.Role.COUNT);
    TransportChannel channel = Channels.connect(Channels.at(base) + Channels.WINDOW);
    signal(child, "STOP");
    Channels.writeFully(channel, Channels.bytes(1_000));
    Caller.Call<Boolean> closer =
        Caller.PLATFORM.start(() -> Channels.closed(channel)).untilBlocked();
    child.destroyForcibly().waitFor();
    Channels.failure(Kind.RESET, closer::resultWithinOneSecond);
    assertFalse(channel.isOpen());
  }

  /** Scenario S55: a stopped peer is slow, and not dead. */
  @Test
  void stoppedPeer_isWaitedFor_andTheTransferGoesOn() throws Exception {
    Process child = start(Child.Role.COUNT);
    TransportChannel channel = Channels.connect(Channels.at(base) + Channels.WINDOW);
    int byteCount = 64 << 20;
    Caller.Call<ByteBuffer> transfer =
        Caller.PLATFORM.start(
            () -> {
              ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);
              for (int sent = 0; sent < byteCount; sent += bytes.capacity()) {
                if (sent == byteCount / 2) {
                  signal(child, "STOP");
                }
                Channels.writeFully(channel, bytes.clear());
              }
              channel.shutdown(Direction.WRITE);
              return Channels.readFully(channel, Long.BYTES);
            });
    await()
        .atMost(Duration.ofSeconds(20))
        .during(Duration.ofSeconds(5))
        .until(() -> transfer.thread().getState() != Thread.State.TERMINATED);
    signal(child, "CONT");
    assertEquals(byteCount, transfer.result().getLong());
    channel.close();
    assertEquals(0, child.waitFor());
  }

  /** Scenario S42: half a GiB there, and all of it back. */
  @Test
  @Timeout(120)
  void halfAGibibyteInRandomSizes_comesBackFromAnotherProcessUnchanged() throws Exception {
    Process child = start(Child.Role.ECHO);
    long byteCount = 512L << 20;
    try (TransportChannel channel = Channels.connect(Channels.at(base) + Channels.WINDOW)) {
      Caller.Call<Long> sent = Caller.PLATFORM.start(() -> sendRandomly(channel, byteCount));
      CRC32C received = new CRC32C();
      ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 17);
      long total = 0;
      for (int moved; (moved = channel.read(bytes.clear())) >= 0; total += moved) {
        received.update(bytes.flip());
      }
      assertEquals(byteCount, total, () -> "seed " + seed);
      assertEquals(sent.result(), received.getValue(), () -> "seed " + seed);
    }
    assertEquals(0, child.waitFor());
  }

  private long sendRandomly(TransportChannel channel, long byteCount) throws IOException {
    SplittableRandom bits = new SplittableRandom(seed);
    byte[] block = new byte[1 << 20];
    bits.nextBytes(block);
    ByteBuffer source = ByteBuffer.allocateDirect(block.length).put(block);
    CRC32C digest = new CRC32C();
    for (long sent = 0; sent < byteCount; ) {
      int size = (int) Math.min(1 + bits.nextInt(90_000), byteCount - sent);
      int offset = bits.nextInt(block.length - size);
      ByteBuffer piece = source.slice(offset, size);
      digest.update(piece.duplicate());
      Channels.writeFully(channel, piece);
      sent += size;
    }
    channel.shutdown(Direction.WRITE);
    return digest.getValue();
  }

  /** Scenario S23: what was placed before is seen by who reads that it was. */
  @Test
  @Timeout(120)
  void millionPlacements_areSeenBeforeTheStreamTellsOfThem() throws Exception {
    Process child = start(Child.Role.CHECK_PLACED);
    try (TransportChannel channel = Channels.connect(Channels.at(base) + Channels.WINDOW)) {
      RemoteMemory remote = channel.remote(Channels.readFully(channel, Channels.readOne(channel)));
      MemorySegment number = MemorySegment.ofArray(new long[1]);
      ByteBuffer told = ByteBuffer.allocateDirect(Long.BYTES);
      for (long i = 0; i < 1_000_000; i++) {
        number.set(ValueLayout.JAVA_LONG, 0, i);
        remote.write(i % Child.PLACE_COUNT * Long.BYTES, number, 0, Long.BYTES);
        Channels.writeFully(channel, told.clear().putLong(i).flip());
      }
      channel.shutdown(Direction.WRITE);
      assertEquals(0, Channels.readFully(channel, Long.BYTES).getLong(), "numbers not in place");
    }
    assertEquals(0, child.waitFor());
  }

  private static void signal(Process child, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start().waitFor();
  }
}
