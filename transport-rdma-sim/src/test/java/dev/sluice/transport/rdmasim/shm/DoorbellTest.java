package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DoorbellTest {
  private static final long LONG_NANOS = Shm.LONG.toNanos();

  @TempDir private Path base;
  private Shm.Pair pair;
  private Doorbell here;
  private Doorbell there;

  @BeforeEach
  void open() throws IOException {
    pair = Shm.Pair.open(base);
    here = new Doorbell(pair.one());
    there = new Doorbell(pair.other());
  }

  @AfterEach
  void close() throws IOException {
    here.close();
    there.close();
  }

  private static <T> FutureTask<T> start(boolean virtual, Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(task);
    return task;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bell_wakesEveryThreadToLook(boolean virtual) throws Exception {
    List<AtomicBoolean> conditions = new ArrayList<>();
    List<FutureTask<Boolean>> waiters = new ArrayList<>();
    AtomicInteger lookCount = new AtomicInteger();
    for (int i = 0; i < 5; i++) {
      AtomicBoolean condition = new AtomicBoolean();
      conditions.add(condition);
      waiters.add(
          start(
              virtual,
              () ->
                  here.await(
                      () -> {
                        lookCount.incrementAndGet();
                        return condition.get();
                      },
                      LONG_NANOS)));
    }
    // From the last to the first: the leader, likely the first, outlives the followers.
    for (int i = 4; i >= 0; i--) {
      assertFalse(waiters.get(i).isDone());
      conditions.get(i).set(true);
      there.ring();
      assertTrue(waiters.get(i).get());
    }
    assertTrue(lookCount.get() >= 5);
  }

  @Test
  void leaderThatLeaves_handsOver() throws Exception {
    AtomicInteger stage = new AtomicInteger();
    AtomicBoolean looked = new AtomicBoolean();
    FutureTask<Boolean> leader =
        start(
            false,
            () ->
                here.await(
                    () -> {
                      looked.set(true);
                      return stage.get() > 0;
                    },
                    LONG_NANOS));
    Awaitility.await().until(looked::get);
    FutureTask<Boolean> follower =
        new FutureTask<>(() -> here.await(() -> stage.get() > 1, LONG_NANOS));
    Thread following = Thread.ofPlatform().start(follower);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> following.getState() == Thread.State.TIMED_WAITING);
    long startNanoTime = System.nanoTime();
    stage.set(1);
    there.ring();
    assertTrue(leader.get());
    stage.set(2);
    there.ring();
    assertTrue(follower.get());
    assertTrue(System.nanoTime() - startNanoTime < Duration.ofMillis(300).toNanos());
  }

  @Test
  void await_endsAfterItsTime() throws IOException {
    long startNanoTime = System.nanoTime();
    assertFalse(here.await(() -> false, Duration.ofMillis(30).toNanos()));
    assertTrue(System.nanoTime() - startNanoTime >= Duration.ofMillis(30).toNanos());
    assertFalse(here.await(() -> false, 0));
    assertTrue(here.await(() -> true, 0));
  }

  @Test
  void lostBell_costsHalfASecond() throws Exception {
    AtomicBoolean condition = new AtomicBoolean();
    FutureTask<Boolean> leader = start(false, () -> here.await(condition::get, LONG_NANOS));
    FutureTask<Boolean> follower = start(true, () -> here.await(condition::get, LONG_NANOS));
    condition.set(true);
    Awaitility.await().atMost(Duration.ofSeconds(2)).until(leader::isDone);
    Awaitility.await().atMost(Duration.ofSeconds(2)).until(follower::isDone);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interrupt_endsThatWaitOnly_andStaysSet(boolean virtual) throws Exception {
    AtomicBoolean condition = new AtomicBoolean();
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      FutureTask<Boolean> task =
          new FutureTask<>(
              () ->
                  here.await(condition::get, LONG_NANOS) || Thread.currentThread().isInterrupted());
      tasks.add(task);
      threads.add((virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(task));
    }
    for (int i : new int[] {0, 2}) {
      threads.get(i).interrupt();
      assertTrue(tasks.get(i).get());
    }
    assertFalse(tasks.get(1).isDone());
    condition.set(true);
    there.ring();
    assertTrue(tasks.get(1).get());
    assertFalse(here.look());
  }

  @Test
  void ringOfAnInterruptedThread_closesNothing() throws Exception {
    start(
            false,
            () -> {
              Thread.currentThread().interrupt();
              here.ring();
              return here.look();
            })
        .get();
    assertTrue(there.await(() -> true, 0));
    assertFalse(there.look());
    assertFalse(here.look());
  }

  @Test
  void endOfThePeer_endsAllWaits_afterALastLook() throws Exception {
    AtomicBoolean condition = new AtomicBoolean();
    FutureTask<Boolean> never = start(false, () -> here.await(() -> false, LONG_NANOS));
    FutureTask<Boolean> last = start(true, () -> here.await(condition::get, LONG_NANOS));
    assertFalse(here.isPeerGone());
    condition.set(true);
    there.close();
    assertFalse(never.get());
    assertTrue(last.get());
    assertTrue(here.isPeerGone());
    here.ring();
    assertFalse(here.await(() -> false, LONG_NANOS));
  }

  @Test
  void ring_atAPeerThatHasGone_notesIt() throws IOException {
    there.close();
    here.ring();
    assertTrue(here.isPeerGone());
  }

  @Test
  void look_seesTheEnd_andPassesBellsOn() throws Exception {
    long slowestNanos = 0;
    for (int round = 0; round < 50; round++) {
      AtomicBoolean condition = new AtomicBoolean();
      AtomicBoolean looked = new AtomicBoolean();
      FutureTask<Boolean> waiter =
          start(
              false,
              () ->
                  here.await(
                      () -> {
                        looked.set(true);
                        return condition.get();
                      },
                      LONG_NANOS));
      Awaitility.await().pollInterval(Duration.ofMillis(1)).until(looked::get);
      long startNanoTime = System.nanoTime();
      condition.set(true);
      there.ring();
      // Sooner than the waiter wakes up, in most rounds.
      assertFalse(here.look());
      assertTrue(waiter.get());
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - startNanoTime);
    }
    assertTrue(slowestNanos < Duration.ofMillis(300).toNanos(), "slowest: " + slowestNanos);
    there.close();
    assertTrue(here.look());
  }

  @Test
  void wakeAll_letsAllLook() throws Exception {
    AtomicBoolean condition = new AtomicBoolean();
    FutureTask<Boolean> one = start(false, () -> here.await(condition::get, LONG_NANOS));
    FutureTask<Boolean> other = start(true, () -> here.await(condition::get, LONG_NANOS));
    condition.set(true);
    here.wakeAll();
    assertTrue(one.get());
    assertTrue(other.get());
  }

  /** Whoever ends a channel does not wait for one who is looking. */
  @Test
  void wakeAllAndClose_doNotWaitForACheck() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    FutureTask<Boolean> slow =
        start(
            false,
            () ->
                here.await(
                    () -> {
                      looking.countDown();
                      awaitUninterrupted(goOn);
                      return false;
                    },
                    LONG_NANOS));
    looking.await();
    FutureTask<Boolean> ending =
        start(
            false,
            () -> {
              here.wakeAll();
              here.close();
              return true;
            });
    try {
      assertTrue(ending.get(5, TimeUnit.SECONDS));
    } finally {
      goOn.countDown();
    }
    assertFalse(slow.get());
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void close_endsAllWaits() throws Exception {
    FutureTask<Boolean> one = start(false, () -> here.await(() -> false, LONG_NANOS));
    FutureTask<Boolean> other = start(true, () -> here.await(() -> false, LONG_NANOS));
    here.close();
    assertFalse(one.get());
    assertFalse(other.get());
    here.ring();
    assertFalse(here.await(() -> false, LONG_NANOS));
    Awaitility.await().until(there::look);
  }

  @Test
  void moreBellsThanTheSocketHolds_areEnough() throws IOException {
    for (int i = 0; i < 100_000; i++) {
      there.ring();
    }
    assertFalse(there.isPeerGone());
    assertFalse(here.look());
  }

  @Test
  void anythingButABell_isAViolationForAllWhoWait() throws Exception {
    Path path = base.resolve("raw");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        SocketChannel accepted = server.accept();
        accepted.configureBlocking(false);
        try (Doorbell bell = new Doorbell(new ControlSocket(accepted))) {
          FutureTask<Boolean> one = start(false, () -> bell.await(() -> false, LONG_NANOS));
          FutureTask<Boolean> other = start(true, () -> bell.await(() -> false, LONG_NANOS));
          raw.write(ByteBuffer.wrap(new byte[] {ControlSocket.BELL, 'x'}));
          for (FutureTask<Boolean> waiter : List.of(one, other)) {
            ExecutionException failure = assertThrows(ExecutionException.class, waiter::get);
            assertEquals(ProtocolViolation.class, Shm.cause(failure).getClass());
          }
        }
      }
    }
  }

  @Test
  void checkThatThrows_endsItsWaitOnly() throws Exception {
    FutureTask<Boolean> other = start(false, () -> here.await(() -> false, LONG_NANOS));
    assertThrows(
        ProtocolViolation.class,
        () ->
            here.await(
                () -> {
                  throw new ProtocolViolation("a test", 1, "2");
                },
                LONG_NANOS));
    assertFalse(other.isDone());
    here.close();
    assertFalse(other.get());
  }

  /**
   * Hands a number to and fro without spinning, so that every hand-over races with somebody who
   * goes to sleep. A lost wake-up would cost half a second.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void handOvers_loseNoWakeUp(boolean virtual) throws Exception {
    int count = 50_000;
    MemorySegment memory = Arena.ofShared().allocate(1024, SharedCounter.BYTE_COUNT);
    SharedCounter ping = new SharedCounter(memory, 0);
    SharedCounter pong = new SharedCounter(memory, 128);
    SharedCounter hereArmed = new SharedCounter(memory, 256);
    SharedCounter thereArmed = new SharedCounter(memory, 384);
    FutureTask<Long> echo =
        start(virtual, () -> pass(there, count, ping, pong, thereArmed, hereArmed, true));
    long slowestNanos = pass(here, count, ping, pong, hereArmed, thereArmed, false);
    slowestNanos = Math.max(slowestNanos, echo.get());
    assertTrue(
        slowestNanos < Duration.ofMillis(400).toNanos(), "slowest hand-over: " + slowestNanos);
    assertEquals(0, hereArmed.opaque());
    assertEquals(0, thereArmed.opaque());
  }

  /** Returns the longest wait. */
  private static long pass(
      Doorbell bell,
      int count,
      SharedCounter ping,
      SharedCounter pong,
      SharedCounter ownArmed,
      SharedCounter peersArmed,
      boolean echo)
      throws IOException {
    Waiting waiting = new Waiting(bell);
    long slowestNanos = 0;
    for (int i = 1; i <= count; i++) {
      int turn = i;
      if (!echo) {
        ping.release(turn);
        waiting.ringIfArmed(peersArmed);
      }
      SharedCounter awaited = echo ? ping : pong;
      long startNanoTime = System.nanoTime();
      boolean ready =
          i % 2 == 0
              ? waiting.await(() -> awaited.acquire() == turn, ownArmed, LONG_NANOS)
              : waiting.sleep(() -> awaited.acquire() == turn, ownArmed, LONG_NANOS);
      if (!ready) {
        throw new IOException("turn " + turn + " never came");
      }
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - startNanoTime);
      if (echo) {
        pong.release(turn);
        waiting.ringIfArmed(peersArmed);
      }
    }
    return slowestNanos;
  }
}
