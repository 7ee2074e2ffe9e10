package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups 12, 14 and 15 of the channel contract: what a user sees who got something wrong. */
@Timeout(20)
class ErrorsTest {
  @TempDir(factory = InMemory.class)
  private Path base;

  private String at(String name, String options) {
    return "rdma-sim:" + name + ",dir=" + base + options;
  }

  private static void assertTells(TransportException failure, String... texts) {
    assertTrue(failure.hint().isPresent(), failure::toString);
    for (String text : texts) {
      assertTrue(Channels.text(failure).contains(text), () -> Channels.text(failure));
    }
  }

  private TransportException connecting(Kind kind, String address) {
    return Channels.failure(kind, () -> Channels.connect(address).abort());
  }

  private TransportException listening(Kind kind, String address) {
    return Channels.failure(kind, () -> Channels.listen(address).close());
  }

  /** CH-14.5, 15.5: nothing that could be a path, or look like one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "../a", "a/b", "/a", ".a", "-a", "_a", "a b", "a:b", "ü", "a%2fb", "~",
        "a\\b", "a*", "$(a)"
      })
  void namesThatAreNone_areRefused(String name) {
    assertTells(listening(Kind.ADDRESS, at(name, "")), "'" + name + "'", "rdma-sim:NAME");
    assertTells(connecting(Kind.ADDRESS, at(name, "")), "'" + name + "'", "rdma-sim:NAME");
  }

  @Test
  void names_haveAtMost64Letters() throws Exception {
    Channels.listen(at("9.b_c-A" + "x".repeat(40), "")).close();
    assertTells(listening(Kind.ADDRESS, at("x".repeat(65), "")), "1 to 64");
  }

  /** CH-14.4, 15.7. */
  @Test
  void address_parsesAndPrintsBack() throws Exception {
    Path odd = Files.createDirectory(base.resolve("a,b=c"));
    TransportAddress address =
        TransportAddress.of("rdma-sim", "n.1")
            .withOption("dir", odd.toString())
            .withOption("window", "64KiB")
            .withOption("linger", "1s")
            .withOption("backlog", "3");
    assertTrue(address.toString().contains("a,,b=c"));
    try (TransportListener listener = Channels.listen(address.toString())) {
      assertEquals(address, listener.address());
      assertEquals(address, TransportAddress.parse(listener.address().toString()));
      try (Channels.Pair pair = Channels.pair(listener)) {
        Channels.writeFully(pair.connected(), Channels.one(7));
        assertEquals(7, Channels.readOne(pair.accepted()));
      }
    }
  }

  /** The two sides need not have the same. */
  @Test
  void windows_mayDiffer() throws Exception {
    try (TransportListener listener = Channels.listen(at("a", ",window=1MiB"))) {
      Caller.Call<TransportChannel> connecting =
          Caller.PLATFORM.start(() -> Channels.connect(at("a", ",window=64KiB")));
      TransportChannel accepted = listener.accept().orElseThrow();
      accepted.establish();
      TransportChannel connected = connecting.result();
      assertEquals(1 << 20, Channels.fill(connected));
      assertEquals(64 << 10, Channels.fill(accepted));
      connected.abort();
      accepted.abort();
    }
  }

  @Test
  void absentPeer_isUnreachable() throws Exception {
    assertTells(
        connecting(Kind.UNREACHABLE, at("a", "")), "rdma-sim:a", base.toString(), "no other name");
    try (TransportListener _ = Channels.listen(at("other", ""))) {
      assertTells(connecting(Kind.UNREACHABLE, at("a", "")), "names there: other");
    }
  }

  @Test
  void nameInUse_isUnreachable_andTheListenerGoesOn() throws Exception {
    try (TransportListener listener = Channels.listen(at("a", Channels.WINDOW))) {
      assertTells(listening(Kind.UNREACHABLE, at("a", "")), "in use", base.toString());
      try (Channels.Pair pair = Channels.pair(listener)) {
        Channels.writeFully(pair.connected(), Channels.one(7));
        assertEquals(7, Channels.readOne(pair.accepted()));
      }
    }
  }

  @Test
  void socketOfADeadListener_isUnreachableOnce_andDoesNotKeepTheName() throws Exception {
    Channels.listen(at("b", "")).close();
    Path stale = base.resolve(folderName()).resolve("a.sock");
    leaveSocket(stale);
    assertTells(connecting(Kind.UNREACHABLE, at("a", "")), "left over", "start");
    assertEquals(List.of(), Channels.files(base));
    leaveSocket(stale);
    try (Channels.Pair pair = Channels.pair(base)) {
      Channels.writeFully(pair.connected(), Channels.one(7));
      assertEquals(7, Channels.readOne(pair.accepted()));
    }
  }

  private static void leaveSocket(Path path) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
    }
  }

  private static String folderName() throws IOException {
    return "sluice-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  @Test
  void folderThatOthersCanEnter_isUnreachable() throws Exception {
    Path folder = Files.createDirectory(base.resolve(folderName()));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertTells(listening(Kind.UNREACHABLE, at("a", "")), folder.toString(), "755", "dir=");
    assertTells(connecting(Kind.UNREACHABLE, at("a", "")), folder.toString(), "755", "dir=");
  }

  @Test
  void absentBase_isUnreachable() {
    String address = at("a", "/absent");
    assertTells(listening(Kind.UNREACHABLE, address), "does not exist", "dir=");
    assertTells(connecting(Kind.UNREACHABLE, address), "does not exist", "dir=");
  }

  @Test
  void fileSystemThatIsReadOnly_isUnreachable() throws Exception {
    Assumptions.assumeTrue(isRoot(), "SKIPPED: only root can mount a file system");
    try (Mount mount = Mount.tmpfs(base, "ro")) {
      assertTells(listening(Kind.UNREACHABLE, mount.address("")), "Read-only", "dir=");
    }
  }

  /** In a process of its own: root may write anywhere, unless it gives that right up for good. */
  @Test
  void baseThatIsNotWritable_isUnreachable() throws Exception {
    List<String> boundByModes =
        isRoot() ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search") : List.of();
    Assumptions.assumeTrue(
        !isRoot() || Mount.run("setpriv", "--version"), "SKIPPED: no setpriv (util-linux)");
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("r-x------"));
    try {
      Process child = Child.start(boundByModes, base, Child.Role.LISTEN_IN_VAIN);
      String told = child.inputReader().readLine();
      assertTrue(told.startsWith("UNREACHABLE cannot make the folder " + base), told);
      assertTrue(told.contains("permission denied") && told.contains("dir="), told);
      assertEquals(0, child.waitFor());
    } finally {
      Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /** Scenario S56: told when the connection is set up, and not by a crash later. */
  @Test
  void fileSystemThatIsTooSmall_isALimit() throws Exception {
    Assumptions.assumeTrue(isRoot(), "SKIPPED: only root can mount a small file system");
    try (Mount mount = Mount.tmpfs(base, "size=1m");
        TransportListener _ = Channels.listen(mount.address(""))) {
      TransportException failure = connecting(Kind.LIMIT, mount.address(",window=16MiB"));
      assertTells(failure, "no room", mount.folder().toString(), "window=", "dir=");
      assertEquals(List.of("a.sock"), Channels.files(mount.folder()));
    }
  }

  /** A file system of its own, for as long as it is open. */
  private record Mount(Path folder) implements AutoCloseable {
    static Mount tmpfs(Path base, String options) throws IOException {
      Path folder = Files.createDirectory(base.resolve("m"));
      Assumptions.assumeTrue(
          run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()),
          "SKIPPED: this system allows no mounts");
      return new Mount(folder);
    }

    String address(String options) {
      return "rdma-sim:a,dir=" + folder + options;
    }

    private static boolean run(String... command) throws IOException {
      return new ProcessBuilder(command).start().onExit().join().exitValue() == 0;
    }

    @Override
    public void close() throws IOException {
      assertTrue(run("umount", folder.toString()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "65535", "63KiB", "5GiB", "-1", "x", ""})
  void windowOutOfRange_isRefused(String window) {
    assertTells(listening(Kind.ADDRESS, at("a", ",window=" + window)), "window");
    assertTells(connecting(Kind.ADDRESS, at("a", ",window=" + window)), "window");
  }

  @Test
  void unknownLink_isRefused_withTheKnownOnes() {
    assertTells(listening(Kind.ADDRESS, at("a", ",link=token-ring")), "token-ring", "roce25-rack");
    assertTells(connecting(Kind.ADDRESS, at("a", ",link=token-ring")), "token-ring");
  }

  @ParameterizedTest
  @ValueSource(strings = {",linger=x", ",backlog=0", ",backlog=65536", ",connect-timeout=-1s"})
  void optionsOutOfRange_areRefused(String option) {
    String address = at("a", option);
    TransportException failure =
        option.startsWith(",connect")
            ? connecting(Kind.ADDRESS, address)
            : listening(Kind.ADDRESS, address);
    assertTells(failure, option.substring(1, option.indexOf('=')));
  }

  @Test
  void pathThatIsTooLongForASocket_isRefused() throws Exception {
    Path deep = Files.createDirectory(base.resolve("d".repeat(100)));
    TransportException failure = listening(Kind.ADDRESS, "rdma-sim:a,dir=" + deep);
    assertTells(failure, deep.toString(), "106", "dir=");
    assertEquals(List.of(), Channels.files(base));
  }
}
