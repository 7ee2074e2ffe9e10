package dev.sluice.transport.rdmasim.shm;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes, of which one may be killed or stopped. */
@Timeout(60)
class MeetingProcessTest {
  @TempDir private Path base;
  private MeetingFolder folder;
  private @Nullable Process started;

  @BeforeEach
  void openFolder() throws IOException {
    folder = MeetingFolder.open(base);
  }

  @AfterEach
  void endChild() throws InterruptedException {
    if (started != null) {
      started.destroyForcibly().waitFor();
    }
  }

  private void start(Child.Step step) throws IOException {
    started = Child.start(base, step);
  }

  private Process child() {
    return Objects.requireNonNull(started);
  }

  private void kill() throws InterruptedException {
    child().destroyForcibly().waitFor();
  }

  private void expect(String line) throws IOException {
    assertEquals(line, child().inputReader().readLine());
  }

  @ParameterizedTest
  @EnumSource(names = {"CONNECTED", "CONNECTING_PREPARED", "HELLO_SENT", "READY_RECEIVED"})
  void connectingSideKilledDuringSetUp_isAResetForTheOther_andLeavesNothing(Child.Step step)
      throws Exception {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      start(step);
      FutureTask<TransportException> failure =
          new FutureTask<>(() -> Shm.fails(Kind.RESET, () -> Line.accept(folder, listener)));
      Thread.ofPlatform().start(failure);
      expect(step.name());
      kill();
      failure.get();
      assertEquals(List.of(), Shm.remains(folder));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "HELLO_RECEIVED", "ACCEPTING_PREPARED"})
  void acceptingSideKilledDuringSetUp_isUnreachableForTheOther_andLeavesNothing(Child.Step step)
      throws Exception {
    start(step);
    expect("listening");
    FutureTask<TransportException> failure =
        new FutureTask<>(() -> Shm.fails(Kind.UNREACHABLE, () -> Line.connect(folder, "a")));
    Thread.ofPlatform().start(failure);
    expect(step.name());
    kill();
    assertTrue(Shm.text(failure.get()).contains("ended the connection"));
    assertEquals(List.of(), Shm.remains(folder));
    Shm.fails(Kind.UNREACHABLE, () -> Shm.connect(folder, "a"));
    assertEquals(List.of(), folder.fileNames());
  }

  @Test
  void acceptingSideKilledAfterReady_isSeenAtOnce_andLeavesNothing() throws Exception {
    start(Child.Step.READY_SENT);
    expect("listening");
    try (Line line = Line.connect(folder, "a")) {
      expect(Child.Step.READY_SENT.name());
      assertEquals(List.of(), Shm.remains(folder));
      killAndSeeItsEnd(line);
    }
    assertEquals(List.of(), Shm.remains(folder));
  }

  @Test
  void connectingSideKilledAfterSetUp_isSeenAtOnce_andLeavesNothing() throws Exception {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      start(Child.Step.CONNECT_DONE);
      try (Line line = Line.accept(folder, listener)) {
        expect(Child.Step.CONNECT_DONE.name());
        assertEquals(List.of(), Shm.remains(folder));
        killAndSeeItsEnd(line);
      }
    }
    assertEquals(List.of(), folder.fileNames());
  }

  private void killAndSeeItsEnd(Line line) throws Exception {
    assertFalse(line.bell().look());
    FutureTask<Boolean> wait = new FutureTask<>(() -> line.awaitRecord(Shm.LONG.toNanos()));
    Thread.ofPlatform().start(wait);
    kill();
    long startNanoTime = System.nanoTime();
    assertFalse(wait.get());
    assertTrue(System.nanoTime() - startNanoTime < Duration.ofSeconds(1).toNanos());
    assertTrue(line.bell().isPeerGone());
  }

  @Test
  void everyHandOverBetweenSleepers_arrivesInTime() throws Exception {
    start(Child.Step.ECHO_SLEEPING);
    expect("listening");
    int count = 50_000;
    long slowestNanos = 0;
    try (Line line = Line.connect(folder, "a")) {
      for (int i = 0; i < count; i++) {
        long startNanoTime = System.nanoTime();
        line.send(i, Long.BYTES);
        assertEquals(i, i % 2 == 0 ? line.receive() : line.receiveSleeping());
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - startNanoTime);
      }
    }
    // A lost wake-up costs half a second.
    assertTrue(
        slowestNanos < Duration.ofMillis(450).toNanos(), "slowest round trip: " + slowestNanos);
  }

  @Test
  void stoppedPeer_isSlowAndNotDead() throws Exception {
    start(Child.Step.ECHO_SLEEPING);
    expect("listening");
    try (Line line = Line.connect(folder, "a")) {
      line.send(1, Long.BYTES);
      assertEquals(1, line.receive());
      stop();
      line.send(2, Long.BYTES);
      assertFalse(line.awaitRecord(Duration.ofMillis(1200).toNanos()));
      assertFalse(line.bell().look());
      signal("CONT");
      assertEquals(2, line.receive());
    }
  }

  @Test
  void stoppedListener_doesNotAnswerInTime() throws Exception {
    start(Child.Step.ECHO_SLEEPING);
    expect("listening");
    stop();
    ControlSocket control = Shm.connect(folder, "a");
    TransportException failure =
        Shm.fails(
            Kind.UNREACHABLE,
            () ->
                Handshake.connect(
                    folder,
                    Shm.name("a"),
                    control,
                    Line.offer(),
                    Deadline.after(Duration.ofMillis(300))));
    assertTrue(Shm.text(failure).contains("did not answer within 300 ms"), Shm.text(failure));
    assertEquals(List.of(), Shm.remains(folder));
    signal("CONT");
  }

  @Test
  void folderLockThatAnotherProcessKeeps_isUnreachable_andFreeOnceThatIsKilled() throws Exception {
    Shm.stale(folder.file("a.sock"));
    start(Child.Step.FOLDER_LOCKED);
    expect(Child.Step.FOLDER_LOCKED.name());
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> Shm.listen(folder, "a"));
    assertTrue(Shm.text(failure).contains("locked for 1 s"), Shm.text(failure));
    FutureTask<MeetingListener> interrupted = new FutureTask<>(() -> Shm.listen(folder, "a"));
    Thread thread = Thread.ofPlatform().start(interrupted);
    thread.interrupt();
    ExecutionException ended = assertThrows(ExecutionException.class, interrupted::get);
    assertEquals(ClosedByInterruptException.class, Shm.cause(ended).getClass());
    kill();
    Shm.listen(folder, "a").close();
    assertEquals(List.of(), folder.fileNames());
  }

  @Test
  void janitor_removesAKilledProcessesFile_butNotALivingOnes() throws Exception {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      start(Child.Step.CONNECTING_PREPARED);
      listener.accept().orElseThrow().close();
      expect(Child.Step.CONNECTING_PREPARED.name());
      List<String> made = Shm.remains(folder);
      assertEquals(1, made.size());
      assertEquals(0, Janitor.sweep(folder));
      // Named as a dead one's, yet locked: in another container a process number means nothing.
      Nonce nonce = SegmentName.parse(made.getFirst()).orElseThrow().nonce();
      String foreign =
          new SegmentName(nonce, SegmentName.Side.CONNECTING, Shm.dead(), 0).toString();
      Files.move(folder.file(made.getFirst()), folder.file(foreign));
      assertEquals(0, Janitor.sweep(folder));
      assertEquals(List.of(foreign), Shm.remains(folder));
      kill();
      assertEquals(1, Janitor.sweep(folder));
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    assertEquals(
        0, new ProcessBuilder("kill", "-" + name, Long.toString(child().pid())).start().waitFor());
  }

  /** Returns when it stands still, which a signal does not wait for. */
  private void stop() throws IOException, InterruptedException {
    signal("STOP");
    Path stat = Path.of("/proc", Long.toString(child().pid()), "stat");
    await().until(() -> Files.readString(stat).contains(") T "));
  }
}
