package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class UnixTest {
  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path folder;

  private Path path() {
    return folder.resolve("m.sock");
  }

  private String address() {
    return "unix:" + path();
  }

  @Test
  void channels_nameTheListeningEndAndThePeersUser() throws IOException {
    try (TransportListener listener = Sockets.listen(address() + ",backlog=3")) {
      assertEquals(address(), listener.address().toString());
      TransportChannel connected = Sockets.connect(listener.address());
      TransportChannel accepted = listener.accept().orElseThrow();
      assertEquals(address(), connected.info().name());
      assertEquals(address(), accepted.info().name());
      assertEquals(Optional.of(listener.address()), connected.info().peerAddress());
      assertEquals(Optional.empty(), connected.info().localAddress());
      assertEquals(Optional.of(listener.address()), accepted.info().localAddress());
      assertEquals(Optional.empty(), accepted.info().peerAddress());
      String user = Files.getOwner(folder).getName();
      assertEquals(Optional.of(user), connected.info().peerUser());
      assertEquals(Optional.of(user), accepted.info().peerUser());
      connected.abort();
      accepted.abort();
    }
  }

  @Test
  void socketFile_isPrivateByDefaultAndRemovedAtTheEnd() throws IOException {
    try (TransportListener listener = Sockets.listen(address())) {
      assertEquals("rw-------", permissions());
      assertEquals(List.of(path()), content());
      assertEquals(address(), listener.toString());
    }
    assertEquals(List.of(), content());
  }

  @Test
  void mode_isThatOfTheSocketFile() throws IOException {
    Sockets.listen(address() + ",mode=0666").close();
    try (TransportListener _ = Sockets.listen(address() + ",mode=0664")) {
      assertEquals("rw-rw-r--", permissions());
    }
  }

  @Test
  void socketFile_neverHasAWiderMode() throws Exception {
    for (int i = 0; i < 50; i++) {
      Caller.Call<TransportListener> listening =
          Caller.PLATFORM.start(() -> Sockets.listen(address()));
      while (!listening.task().isDone()) {
        if (Files.exists(path())) {
          assertEquals("rw-------", permissions());
        }
        for (Path other : content()) {
          if (Files.isDirectory(other)) {
            assertPrivate(other);
          }
        }
      }
      listening.result().close();
    }
  }

  private static void assertPrivate(Path preparation) throws IOException {
    try {
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(preparation)));
    } catch (NoSuchFileException gone) {
      assertFalse(Files.exists(preparation));
    }
  }

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path(), LinkOption.NOFOLLOW_LINKS));
  }

  private List<Path> content() throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content.toList();
    }
  }

  @Test
  void relativePath_isOneOfTheWorkingDirectory() throws IOException {
    Path relative = Path.of("").toAbsolutePath().relativize(path());
    try (TransportListener listener = Sockets.listen("unix:" + relative)) {
      assertEquals("unix:" + relative, listener.address().toString());
      assertTrue(Files.exists(path()));
      Sockets.connect(listener.address()).abort();
    }
    Path inPlace = Path.of("relative-" + ProcessHandle.current().pid());
    try (TransportListener listener = Sockets.listen("unix:" + inPlace)) {
      Sockets.connect(listener.address()).abort();
    }
    assertFalse(Files.exists(inPlace));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "ü"})
  void pathOf106Bytes_worksAndOneOf107DoesNot(String letter) throws IOException {
    Path longest = Path.of(path() + "-" + "x".repeat(5) + "/");
    Files.createDirectory(longest);
    int free = SocketPath.GREATEST_BYTE_COUNT - SocketPath.byteCount(longest + "/");
    int letterByteCount = SocketPath.byteCount(letter);
    // Most of it in the folder: then even its private neighbour has too long a path to bind to.
    int folderByteCount = free - 3;
    Path deep =
        longest.resolve(
            letter.repeat(folderByteCount / letterByteCount)
                + "x".repeat(folderByteCount % letterByteCount));
    Files.createDirectory(deep);
    String address = "unix:" + deep.resolve("ab");
    assertEquals(106, SocketPath.byteCount(Sockets.address(address).target()));
    try (TransportListener listener = Sockets.listen(address);
        TransportChannel connected = Sockets.connect(address);
        TransportChannel accepted = listener.accept().orElseThrow()) {
      Sockets.writeFully(connected, Sockets.one(7));
      assertEquals(7, Sockets.readOne(accepted));
      connected.abort();
      accepted.abort();
    }
    for (var call :
        List.<Executable>of(
            () -> Sockets.listen(address + "c"), () -> Sockets.connect(address + "c"))) {
      TransportException failure = Sockets.failure(Kind.ADDRESS, call);
      assertTrue(Sockets.text(failure).contains("has 107 bytes"), Sockets.text(failure));
      assertTrue(Sockets.text(failure).contains("at most 106"), Sockets.text(failure));
      assertTrue(failure.hint().orElseThrow().contains("shorter path"));
    }
  }

  @Test
  void emptyPath_isRefused() {
    Sockets.failure(Kind.ADDRESS, () -> Sockets.listen("unix:"));
    Sockets.failure(Kind.ADDRESS, () -> Sockets.connect("unix:"));
  }

  @Test
  void listening_leavesAloneWhatIsNotASocket() throws IOException {
    Files.writeString(path(), "precious");
    TransportException failure = notListening();
    assertTrue(Sockets.text(failure).contains("is not a socket"), Sockets.text(failure));
    assertEquals("precious", Files.readString(path()));
    Files.delete(path());

    Files.createDirectory(path());
    assertTrue(Sockets.text(notListening()).contains("is not a socket"));
    Files.delete(path());

    Files.createSymbolicLink(path(), folder.resolve("absent"));
    assertTrue(Sockets.text(notListening()).contains("is not a socket"));
    assertEquals(List.of(path()), content());
  }

  private TransportException notListening() {
    return Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen(address()));
  }

  @Test
  void listening_leavesAloneWhatAnswers() throws IOException {
    try (TransportListener first = Sockets.listen(address())) {
      assertTrue(Sockets.text(notListening()).contains("in use"));
      assertAcceptsFirst(first, 7);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.sock", "link/m.sock", "relative"})
  void listening_isNoticedByNoLivingListener(String spelling) throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), folder);
    String again =
        "unix:"
            + (spelling.equals("relative")
                ? Path.of("").toAbsolutePath().relativize(path())
                : folder.resolve(spelling));
    try (TransportListener first = Sockets.listen(address())) {
      Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen(again));
      assertAcceptsFirst(first, 7);
    }
  }

  @Test
  void listening_isNoticedByNoLivingListener_withALongPath() throws IOException {
    // Its private folder's path is too long to be bound to as it is.
    Path longest = folder.resolve("x".repeat(100 - SocketPath.byteCount(folder + "/")));
    String address = "unix:" + Files.createDirectory(longest).resolve("s");
    try (TransportListener first = Sockets.listen(address)) {
      Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen(address));
      assertAcceptsFirst(first, 8);
    }
  }

  /** The first connection that is accepted brings what this sends, so there was none before. */
  private static void assertAcceptsFirst(TransportListener listener, int value) throws IOException {
    TransportChannel connected = Sockets.connect(listener.address());
    Sockets.writeFully(connected, Sockets.one(value));
    TransportChannel accepted = listener.accept().orElseThrow();
    assertEquals(value, Sockets.readOne(accepted));
    connected.abort();
    accepted.abort();
  }

  @Test
  void listening_isNoticedByNoLivingListener_ofAnotherProgram() throws IOException {
    try (ServerSocketChannel other =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(path()))) {
      assertTrue(Sockets.text(notListening()).contains("in use"));
      other.configureBlocking(false);
      assertNull(other.accept());
    }
  }

  @Test
  void listening_leavesAloneWhoseQueueIsFull() throws IOException {
    try (ServerSocketChannel full = fullServer()) {
      assertTrue(full.isOpen());
      assertTrue(Sockets.text(notListening()).contains("in use"));
      assertTrue(Files.exists(path()));
    }
  }

  @Test
  void listening_replacesAStaleSocket() throws IOException {
    leaveStale();
    try (TransportListener _ = Sockets.listen(address())) {
      Sockets.connect(address()).abort();
      assertEquals(List.of(path()), content());
    }
    assertEquals(List.of(), content());
  }

  private void leaveStale() throws IOException {
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path()))
        .close();
    assertTrue(Files.exists(path()));
  }

  @Test
  void close_leavesAloneTheSocketOfAnother() throws IOException {
    TransportListener first = Sockets.listen(address());
    Files.delete(path());
    try (TransportListener _ = Sockets.listen(address())) {
      first.close();
      Sockets.connect(address()).abort();
    }
    assertEquals(List.of(), content());
    first.close();
  }

  @Test
  void ofListenersThatStartAtOnce_oneWins() throws Exception {
    int racers = 4;
    for (int round = 0; round < 25; round++) {
      if (round % 2 == 0) {
        leaveStale();
      }
      CyclicBarrier start = new CyclicBarrier(racers);
      List<Caller.Call<Optional<TransportListener>>> calls = new ArrayList<>();
      for (int i = 0; i < racers; i++) {
        calls.add(
            Caller.PLATFORM.start(
                () -> {
                  start.await();
                  return listenUnlessTaken();
                }));
      }
      List<TransportListener> winners = new ArrayList<>();
      for (Caller.Call<Optional<TransportListener>> call : calls) {
        call.result().ifPresent(winners::add);
      }
      assertEquals(1, winners.size());
      Sockets.connect(address()).abort();
      winners.getFirst().close();
      assertEquals(List.of(), content());
    }
  }

  @Test
  void staleSocket_isMovedAwayAndRemoved() throws IOException {
    leaveStale();
    SocketFile.Identity stale = SocketFile.Identity.of(path()).orElseThrow();
    SocketFile.removeStale(path(), stale, folder.resolve("old"));
    assertEquals(List.of(), content());
  }

  @Test
  void staleSocket_thatAnotherHasReplaced_isNotRemoved() throws IOException {
    leaveStale();
    SocketFile.Identity stale = SocketFile.Identity.of(path()).orElseThrow();
    try (TransportListener _ = Sockets.listen(address())) {
      Sockets.failure(
          Kind.UNREACHABLE, () -> SocketFile.removeStale(path(), stale, folder.resolve("old")));
      Sockets.connect(address()).abort();
      assertEquals(List.of(path()), content());
    }
  }

  @Test
  void socketThatWasMovedForAStaleOne_isPutBack() throws IOException {
    try (TransportListener _ = Sockets.listen(address())) {
      SocketFile.Identity stale = new SocketFile.Identity(0, 0, Files.getLastModifiedTime(path()));
      Path moved = Files.move(path(), folder.resolve("old"));
      Sockets.failure(Kind.UNREACHABLE, () -> SocketFile.removeOrPutBack(stale, moved, path()));
      Sockets.connect(address()).abort();
      assertEquals(List.of(path()), content());
    }
  }

  @Test
  void socketThatWasMovedForAStaleOne_overwritesNothing() throws IOException {
    leaveStale();
    SocketFile.Identity stale = new SocketFile.Identity(0, 0, Files.getLastModifiedTime(path()));
    Path moved = Files.move(path(), folder.resolve("old"));
    try (TransportListener _ = Sockets.listen(address())) {
      Sockets.failure(Kind.UNREACHABLE, () -> SocketFile.removeOrPutBack(stale, moved, path()));
      Sockets.connect(address()).abort();
      assertEquals(List.of(path()), content());
    }
  }

  @Test
  void staleSocket_thatIsGone_isLeftToWhoeverTookIt() throws IOException {
    leaveStale();
    SocketFile.Identity stale = SocketFile.Identity.of(path()).orElseThrow();
    Files.delete(path());
    TransportException failure =
        Sockets.failure(
            Kind.UNREACHABLE, () -> SocketFile.removeStale(path(), stale, folder.resolve("old")));
    assertTrue(Sockets.text(failure).contains("at the same moment"), Sockets.text(failure));
  }

  private Optional<TransportListener> listenUnlessTaken() throws IOException {
    try {
      return Optional.of(Sockets.listen(address()));
    } catch (TransportException taken) {
      assertEquals(Kind.UNREACHABLE, taken.kind());
      assertTrue(Sockets.text(taken).contains("in use"), Sockets.text(taken));
      return Optional.empty();
    }
  }

  @Test
  void listeningInAnAbsentFolder_saysSo() {
    TransportException failure =
        Sockets.failure(
            Kind.UNREACHABLE, () -> Sockets.listen("unix:" + folder.resolve("absent/s")));
    assertTrue(
        Sockets.text(failure).contains("the folder " + folder.resolve("absent")),
        Sockets.text(failure));
    assertTrue(failure.hint().isPresent());
  }

  @Test
  void connectingToNothing_saysSo() {
    TransportException failure = notConnecting();
    assertTrue(Sockets.text(failure).startsWith("there is no socket at " + address()));
    assertTrue(failure.hint().isPresent());
  }

  @Test
  void connectingToAStaleSocket_saysSo() throws IOException {
    leaveStale();
    assertTrue(Sockets.text(notConnecting()).startsWith("nothing listens at " + address()));
  }

  @Test
  void connectingToAFile_saysSo() throws IOException {
    Files.createFile(path());
    assertTrue(Sockets.text(notConnecting()).startsWith(address() + " is not a socket"));
  }

  @Test
  void connectingToADatagramSocket_saysSoAtOnce() throws Exception {
    Process python = datagramSocket();
    try {
      TransportException failure = notConnecting();
      assertTrue(
          Sockets.text(failure).startsWith(address() + " is not a stream socket"),
          Sockets.text(failure));
      assertTrue(failure.hint().isPresent());
      assertTrue(Sockets.text(notListening()).contains("in use"));
    } finally {
      python.destroy();
    }
  }

  /** Nobody but another program can make one: the JDK knows no such sockets. */
  private Process datagramSocket() throws IOException {
    String script =
        "import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM);"
            + " s.bind(sys.argv[1]); print('bound', flush=True); sys.stdin.read()";
    Process python;
    try {
      python = new ProcessBuilder("python3", "-c", script, path().toString()).start();
    } catch (IOException absent) {
      System.err.println("UnixTest: no python3 here, so no datagram socket was tried");
      return Assumptions.abort("no python3 here to make a datagram socket");
    }
    assertEquals("bound", python.inputReader().readLine());
    return python;
  }

  private TransportException notConnecting() {
    return Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect(address()));
  }

  @ParameterizedTest
  @EnumSource
  void connectingToAFullQueue_endsAfterConnectTimeout(Caller caller) throws Exception {
    try (ServerSocketChannel full = fullServer()) {
      assertTrue(full.isOpen());
      Caller.Call<TransportChannel> connecting =
          caller.start(() -> Sockets.connect(address() + ",connect-timeout=100ms"));
      TransportException failure = Sockets.failure(Kind.UNREACHABLE, connecting::result);
      assertTrue(Sockets.text(failure).contains("within 100ms"), Sockets.text(failure));
      assertTrue(Sockets.text(failure).contains("queue is full"), Sockets.text(failure));
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectingToAFullQueue_endsOnInterrupt(Caller caller) throws Exception {
    try (ServerSocketChannel full = fullServer()) {
      assertTrue(full.isOpen());
      Caller.Call<TransportChannel> connecting = caller.start(() -> Sockets.connect(address()));
      connecting.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, connecting.failureWithinOneSecond());
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectingToAFullQueue_succeedsWhenThereIsRoom(Caller caller) throws Exception {
    try (ServerSocketChannel full = fullServer()) {
      Caller.Call<TransportChannel> connecting = caller.start(() -> Sockets.connect(address()));
      full.accept().close();
      full.accept().close();
      TransportChannel connected = connecting.result();
      try (SocketChannel accepted = full.accept()) {
        Sockets.writeFully(connected, Sockets.one(7));
        assertEquals(7, Sockets.readOne(accepted));
      }
      connected.abort();
    }
  }

  /** Its connections go with it. */
  private ServerSocketChannel fullServer() throws IOException {
    ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(path()), 1);
    // Linux queues one more than it was asked for.
    for (int i = 0; i < 2; i++) {
      SocketChannel.open(server.getLocalAddress()).close();
    }
    return server;
  }
}
