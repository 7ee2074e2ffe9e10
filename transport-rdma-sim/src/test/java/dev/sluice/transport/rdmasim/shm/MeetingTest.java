package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listening and connecting. */
@Timeout(30)
class MeetingTest {
  @TempDir private Path base;
  private MeetingFolder folder;

  @BeforeEach
  void openFolder() throws IOException {
    folder = MeetingFolder.open(base);
  }

  @Test
  void connect_reachesAccept_andWhatIsSentThenFollows() throws IOException {
    try (MeetingListener listener = Shm.listen(folder, "a");
        ControlSocket client = Shm.connect(folder, "a");
        ControlSocket server = listener.accept().orElseThrow()) {
      client.bell();
      server.await(Shm.LONG.toNanos());
      assertEquals(1, server.hearBells());
      assertEquals(List.of("a.sock"), folder.fileNames());
    }
    assertEquals(List.of(), folder.fileNames());
  }

  @Test
  void listen_atANameInUse_fails_andTheOtherGoesOn() throws IOException {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> Shm.listen(folder, "a"));
      assertTrue(Shm.text(failure).contains("the name is in use"), Shm.text(failure));
      assertEquals(List.of("a.sock"), folder.fileNames());
      try (ControlSocket client = Shm.connect(folder, "a");
          ControlSocket _ = listener.accept().orElseThrow()) {
        assertTrue(client.isOpen());
      }
    }
  }

  @Test
  void listen_atAFullListenersName_fails() throws IOException {
    try (MeetingListener _ = MeetingListener.open(folder, Shm.name("a"), 1)) {
      List<ControlSocket> queued = fill("a");
      Shm.fails(Kind.UNREACHABLE, () -> Shm.listen(folder, "a"));
      assertTrue(Files.exists(folder.file("a.sock")));
      closeAll(queued);
    }
  }

  @Test
  void listen_atAStaleName_takesIt() throws IOException {
    Shm.stale(folder.file("a.sock"));
    try (MeetingListener listener = Shm.listen(folder, "a");
        ControlSocket _ = Shm.connect(folder, "a");
        ControlSocket server = listener.accept().orElseThrow()) {
      assertTrue(server.isOpen());
      assertEquals(List.of("a.sock"), folder.fileNames());
    }
  }

  @Test
  void listenersThatRaceForAStaleName_oneWins() throws Exception {
    for (int round = 0; round < 200; round++) {
      Shm.stale(folder.file("a.sock"));
      List<Future<MeetingListener>> tries = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
        for (int i = 0; i < 4; i++) {
          tries.add(threads.submit(() -> Shm.listen(folder, "a")));
        }
      }
      List<MeetingListener> winners = new ArrayList<>();
      for (Future<MeetingListener> attempt : tries) {
        try {
          winners.add(attempt.get());
        } catch (ExecutionException lost) {
          assertEquals(Kind.UNREACHABLE, TransportException.kindOf(Shm.cause(lost)));
        }
      }
      assertEquals(1, winners.size());
      try (MeetingListener winner = winners.getFirst();
          ControlSocket _ = Shm.connect(folder, "a");
          ControlSocket server = winner.accept().orElseThrow()) {
        assertTrue(server.isOpen());
      }
      assertEquals(List.of(), folder.fileNames());
    }
  }

  @Test
  void folderLock_ofAnotherThread_isWaitedFor() throws Exception {
    Shm.stale(folder.file("a.sock"));
    FutureTask<Boolean> second =
        new FutureTask<>(() -> ClaimedName.removeStale(folder, Shm.name("a")));
    Thread thread = new Thread(second);
    FolderLock.whileHeld(
        folder,
        () -> {
          thread.start();
          Awaitility.await().until(() -> thread.getState() == Thread.State.BLOCKED);
          assertTrue(Files.exists(folder.file("a.sock")));
          return true;
        });
    assertTrue(second.get());
    assertFalse(Files.exists(folder.file("a.sock")));
  }

  @Test
  void accept_skipsThoseWhoLeaveWithoutAWord_andWaitsForNoneWhoIsSilent() throws IOException {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      UnixDomainSocketAddress address = folder.socketAddress("a.sock");
      for (int i = 0; i < 10; i++) {
        assertEquals(Knock.Outcome.ANSWERED, Knock.probe(address));
      }
      try (SocketChannel silent = SocketChannel.open(address);
          SocketChannel wrong = SocketChannel.open(address)) {
        wrong.write(ByteBuffer.wrap(new byte[] {1}));
        try (ControlSocket client = Shm.connect(folder, "a");
            ControlSocket server = listener.accept().orElseThrow()) {
          server.bell();
          client.await(Shm.LONG.toNanos());
          assertEquals(1, client.hearBells());
        }
        assertEquals(-1, wrong.read(ByteBuffer.allocate(1)));
        silent.write(ByteBuffer.wrap(new byte[] {ControlSocket.GREETING}));
        try (ControlSocket late = listener.accept().orElseThrow()) {
          assertTrue(late.isOpen());
        }
      }
    }
  }

  @Test
  void accept_sendsTheFirstOfTooManySilentOnesAway() throws Exception {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      FutureTask<Optional<ControlSocket>> accept = start(listener::accept);
      UnixDomainSocketAddress address = folder.socketAddress("a.sock");
      List<SocketChannel> silent = new ArrayList<>();
      for (int i = 0; i < 65; i++) {
        silent.add(SocketChannel.open(address));
      }
      assertEquals(-1, silent.getFirst().read(ByteBuffer.allocate(1)));
      silent.getLast().write(ByteBuffer.wrap(new byte[] {ControlSocket.GREETING}));
      accept.get().orElseThrow().close();
      for (SocketChannel socket : silent) {
        socket.close();
      }
    }
  }

  /**
   * Descriptors for nothing, for the socket of who comes, and for half of what it takes to wait for
   * him.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void accept_withoutDescriptors_losesNobodyWhoCame(int freeCount) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/prlimit")), "SKIPPED: no prlimit (util-linux)");
    Process process = ExhaustedListener.start(base, freeCount);
    try {
      assertEquals(0, process.onExit().get(20, TimeUnit.SECONDS).exitValue());
    } finally {
      process.destroyForcibly();
    }
    assertEquals(List.of(), folder.fileNames());
  }

  @Test
  void close_endsABlockedAccept_andFreesTheName() throws Exception {
    MeetingListener listener = Shm.listen(folder, "a");
    FutureTask<Optional<ControlSocket>> accept = start(listener::accept);
    long start = System.nanoTime();
    listener.close();
    assertEquals(Optional.empty(), accept.get());
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(1).toNanos());
    assertEquals(Optional.empty(), listener.accept());
    assertEquals(List.of(), folder.fileNames());
    listener.close();
  }

  @Test
  void close_leavesANameThatAnotherHasTaken() throws IOException {
    MeetingListener first = Shm.listen(folder, "a");
    Files.delete(folder.file("a.sock"));
    try (MeetingListener second = Shm.listen(folder, "a")) {
      first.close();
      try (ControlSocket _ = Shm.connect(folder, "a");
          ControlSocket server = second.accept().orElseThrow()) {
        assertTrue(server.isOpen());
      }
    }
  }

  @Test
  void close_endsThoseWhoWait() throws IOException {
    MeetingListener listener = Shm.listen(folder, "a");
    try (ControlSocket client = Shm.connect(folder, "a")) {
      listener.close();
      Awaitility.await().until(() -> ended(client));
    }
  }

  private static boolean ended(ControlSocket socket) {
    try {
      return socket.hearBells() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void interruptOfAccept_closesTheListener() throws Exception {
    for (boolean virtual : new boolean[] {false, true}) {
      MeetingListener listener = Shm.listen(folder, "a");
      FutureTask<Optional<ControlSocket>> accept = new FutureTask<>(listener::accept);
      Thread thread = virtual ? Thread.startVirtualThread(accept) : new Thread(accept);
      if (!virtual) {
        thread.start();
      }
      thread.interrupt();
      ExecutionException failure = assertThrows(ExecutionException.class, accept::get);
      assertEquals(ClosedByInterruptException.class, Shm.cause(failure).getClass());
      assertEquals(Optional.empty(), listener.accept());
      assertEquals(List.of(), folder.fileNames());
    }
  }

  @Test
  void connect_toAnAbsentName_listsTheNamesThatAreThere() throws IOException {
    try (MeetingListener _ = Shm.listen(folder, "other")) {
      TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> Shm.connect(folder, "a"));
      assertTrue(Shm.text(failure).contains("nobody listens at rdma-sim:a"), Shm.text(failure));
      assertTrue(Shm.text(failure).contains("names there: other"), Shm.text(failure));
    }
  }

  @Test
  void connect_toAStaleName_failsAndRemovesIt() throws IOException {
    Shm.stale(folder.file("a.sock"));
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> Shm.connect(folder, "a"));
    assertTrue(Shm.text(failure).contains("left over and is removed"), Shm.text(failure));
    assertEquals(List.of(), folder.fileNames());
  }

  @Test
  void connect_toAFullQueue_waitsUntilTheDeadline() throws IOException {
    try (MeetingListener _ = MeetingListener.open(folder, Shm.name("a"), 1)) {
      List<ControlSocket> queued = fill("a");
      Deadline soon = Deadline.after(Duration.ofMillis(100));
      TransportException failure =
          Shm.fails(Kind.UNREACHABLE, () -> MeetingConnector.connect(folder, Shm.name("a"), soon));
      assertTrue(soon.passed());
      assertTrue(Shm.text(failure).contains("within 100 ms"), Shm.text(failure));
      closeAll(queued);
    }
  }

  @Test
  void connect_toAFullQueue_getsInWhenThereIsRoom_andCanBeInterrupted() throws Exception {
    try (MeetingListener listener = MeetingListener.open(folder, Shm.name("a"), 1)) {
      List<ControlSocket> queued = fill("a");
      FutureTask<ControlSocket> interrupted = new FutureTask<>(() -> Shm.connect(folder, "a"));
      Thread thread = new Thread(interrupted);
      thread.start();
      thread.interrupt();
      ExecutionException failure = assertThrows(ExecutionException.class, interrupted::get);
      assertEquals(ClosedByInterruptException.class, Shm.cause(failure).getClass());
      FutureTask<ControlSocket> connect = start(() -> Shm.connect(folder, "a"));
      for (ControlSocket _ : queued) {
        listener.accept().orElseThrow().close();
      }
      listener.accept().orElseThrow().close();
      connect.get().close();
      closeAll(queued);
    }
  }

  private List<ControlSocket> fill(String name) throws IOException {
    List<ControlSocket> queued = new ArrayList<>();
    while (true) {
      Knock knock = Knock.at(folder.socketAddress(name + ".sock"));
      if (knock.socket().isEmpty()) {
        assertEquals(Knock.Outcome.FULL, knock.outcome());
        return queued;
      }
      ControlSocket socket = new ControlSocket(knock.socket().get());
      socket.greet();
      queued.add(socket);
    }
  }

  private static void closeAll(List<ControlSocket> sockets) throws IOException {
    for (ControlSocket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void listen_withoutPermissionForTheFolder_isUnreachable() throws IOException {
    // As good as no permission, and works for root: there is no such folder any more.
    Files.delete(folder.path());
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> Shm.listen(folder, "a"));
    assertTrue(Shm.text(failure).contains("dir="), Shm.text(failure));
  }

  @Test
  void janitor_removesWhatTheDeadLeft_andNothingElse() throws IOException {
    Nonce dead = new Nonce(Shm.dead(), "0123456789abcdef");
    Nonce alive = Nonce.fresh();
    String deadsSegment =
        new SegmentName(dead, SegmentName.Side.CONNECTING, dead.owner(), 0).toString();
    String alivesInDeads =
        new SegmentName(dead, SegmentName.Side.ACCEPTING, alive.owner(), 0).toString();
    String alivesSegment =
        new SegmentName(alive, SegmentName.Side.CONNECTING, alive.owner(), 0).toString();
    List<String> kept =
        List.of(alivesInDeads, alivesSegment, "unknown", dead + ".sock", dead + ".txt");
    for (String name : kept) {
      Files.createFile(folder.file(name));
    }
    Files.createFile(folder.file(deadsSegment));
    Shm.stale(folder.file(dead + Janitor.TEMPORARY));
    Shm.stale(folder.file(alive + Janitor.TEMPORARY));
    assertEquals(2, Janitor.sweep(folder));
    assertEquals(
        Stream.concat(kept.stream(), Stream.of(alive + ".tmp")).sorted().toList(),
        folder.fileNames());
  }

  @Test
  void listenAndConnect_sweep() throws IOException {
    Path left = folder.file(new Nonce(Shm.dead(), "0123456789abcdef") + Janitor.TEMPORARY);
    Shm.stale(left);
    try (MeetingListener _ = Shm.listen(folder, "a")) {
      assertFalse(Files.exists(left));
      Shm.stale(left);
      Shm.connect(folder, "a").close();
      assertFalse(Files.exists(left));
    }
  }

  /** A killed listener leaves its name. */
  @Test
  void nameOfADeadListener_isNotOffered_andGoes() throws IOException {
    Path left = folder.file("left.sock");
    try (MeetingListener living = Shm.listen(folder, "a")) {
      Shm.stale(left);
      TransportException absent =
          assertThrows(TransportException.class, () -> Shm.connect(folder, "absent"));
      assertTrue(
          String.valueOf(absent.hint()).contains("names there: a)"), String.valueOf(absent.hint()));
      assertFalse(Files.exists(left));
      Shm.stale(left);
      try (MeetingListener _ = Shm.listen(folder, "b")) {
        assertFalse(Files.exists(left));
      }
      assertEquals(List.of("a.sock"), folder.fileNames());
      // It was knocked at, and still takes connections.
      connectOnce(living);
    }
  }

  @Test
  void owner_ofThisProcessLives_andAnEarlierOneOfTheSameNumberIsDead() throws IOException {
    assertTrue(Owner.current().isAlive());
    assertFalse(Shm.dead().isAlive());
    assertFalse(new Owner(999_999_999, 1).isAlive());
    assertEquals(Owner.current(), Owner.parse(Owner.current().toString()));
  }

  private static <T> FutureTask<T> start(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    new Thread(task).start();
    return task;
  }

  @Test
  void manyConnections_leaveNothingOpen() throws IOException {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      connectOnce(listener);
      long before = descriptorCount();
      for (int i = 0; i < 300; i++) {
        connectOnce(listener);
      }
      assertTrue(descriptorCount() < before + 20, before + " -> " + descriptorCount());
    }
  }

  private void connectOnce(MeetingListener listener) throws IOException {
    try (ControlSocket _ = Shm.connect(folder, "a");
        ControlSocket server = listener.accept().orElseThrow()) {
      assertTrue(server.isOpen());
    }
  }

  private static long descriptorCount() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void serverThatIsPlain_isStillTakenForAListener() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(folder.file("a.sock")));
      Shm.fails(Kind.UNREACHABLE, () -> Shm.listen(folder, "a"));
      assertTrue(Files.exists(folder.file("a.sock")));
    }
  }
}
