package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Blackhole;
import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Fifo;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Rights;
import dev.sluice.it.support.Running;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints that are absent, refuse, are taken or do not answer: exit status 3. Or full: 12. */
class EndpointsIT {
  private static final int UNREACHABLE = 3;
  private static final int LIMIT = 12;

  @TempDir Path folder;

  private String in = "";
  private String out = "";

  @BeforeEach
  void makeSource() throws Exception {
    in = "file:" + Bytes.file(folder.resolve("in"), 10_000);
    out = "file:" + folder.resolve("out");
  }

  @ParameterizedTest
  @EnumSource
  void portInUse(Mode mode) throws Exception {
    try (ServerSocketChannel taken = Peer.tcp("127.0.0.1")) {
      copy(mode, Peer.address(taken), out)
          .run()
          .failed(mode, UNREACHABLE, "in use|taken", Peer.address(taken).substring(4));
    }
    Folder.assertHolds(folder, "in");
  }

  @ParameterizedTest
  @EnumSource
  void connectionRefused(Mode mode) throws Exception {
    String nobody = Peer.refusing();

    copy(mode, in, nobody).run().failed(mode, UNREACHABLE, "refused", nobody.substring(4));
  }

  @ParameterizedTest
  @EnumSource
  void connectionRefused_whileListening_leavesNoSocketFile(Mode mode) throws Exception {
    copy(mode, "unix:" + folder.resolve("in.sock"), Peer.refusing())
        .run()
        .failed(mode, UNREACHABLE, "refused");

    Folder.assertHolds(folder, "in");
  }

  @ParameterizedTest
  @EnumSource
  void unixSocketAbsent(Mode mode) throws Exception {
    Path absent = folder.resolve("absent.sock");

    copy(mode, in, "unix:" + absent).run().failed(mode, UNREACHABLE, absent.toString());
    Folder.assertHolds(folder, "in");
  }

  @ParameterizedTest
  @EnumSource
  void unixSocketTaken_isLeftToItsServer(Mode mode) throws Exception {
    Path path = folder.resolve("taken.sock");
    try (ServerSocketChannel _ = Peer.unix(path)) {
      copy(mode, "unix:" + path, out)
          .run()
          .failed(mode, UNREACHABLE, path.toString(), "in use|taken|answers");
      try (SocketChannel still = Peer.connect("unix:" + path)) {
        assertTrue(still.isConnected());
      }
    }
    Folder.assertHolds(folder, "in", "taken.sock");
  }

  @ParameterizedTest
  @EnumSource
  void staleUnixSocket_isReplaced(Mode mode) throws Exception {
    Path path = folder.resolve("stale.sock");
    Peer.unix(path).close();
    assertTrue(Files.exists(path));

    try (Running copy = copy(mode, "unix:" + path, out).start()) {
      send(copy.awaitListening(), 5);
      copy.await(Duration.ofSeconds(20)).copied(mode, 5);
    }
    Folder.assertHolds(folder, "in", "out");
  }

  private static void send(String address, int byteCount) throws Exception {
    try (SocketChannel socket = Peer.connect(address)) {
      socket.write(ByteBuffer.wrap(Bytes.random(byteCount)));
      socket.shutdownOutput();
      assertEquals(-1, socket.read(ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void regularFileInPlaceOfAUnixSocket_isKept(Mode mode) throws Exception {
    copy(mode, "unix:" + folder.resolve("in"), "null:")
        .run()
        .failed(mode, UNREACHABLE, folder.resolve("in").toString());

    assertEquals(10_000, Files.size(folder.resolve("in")));
  }

  @ParameterizedTest
  @EnumSource
  void unknownHost(Mode mode) throws Exception {
    copy(mode, in, "tcp:no-such-host.invalid:4444", "--connect-timeout", "3s")
        .run()
        .failed(mode, UNREACHABLE, "no-such-host.invalid");
  }

  @ParameterizedTest
  @EnumSource
  void addressOfAnotherMachine_cannotBeBound(Mode mode) throws Exception {
    // 192.0.2.0/24 is for documentation: no machine has it.
    copy(mode, "tcp:192.0.2.1:4444", out).run().failed(mode, UNREACHABLE, "192.0.2.1");
    Folder.assertHolds(folder, "in");
  }

  @ParameterizedTest
  @EnumSource
  void noAnswer_endsWithTheConnectTimeout(Mode mode) throws Exception {
    try (Blackhole silent = new Blackhole()) {
      Outcome outcome = copy(mode, in, silent.address(), "--connect-timeout", "500ms").run();

      outcome.failed(
          mode, UNREACHABLE, "(in|for|after) (500 ?ms|0.5 ?s)", silent.address().substring(4));
      assertTrue(outcome.elapsed().toMillis() < 5_000, outcome::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noAnswer_endsWithTheTimeoutOfTheAddress(Mode mode) throws Exception {
    try (Blackhole silent = new Blackhole()) {
      copy(mode, in, silent.address() + ",connect-timeout=500ms")
          .run()
          .failed(mode, UNREACHABLE, "(in|for|after) (500 ?ms|0.5 ?s)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void fifoThatNobodyReads(Mode mode) throws Exception {
    Path fifo = Fifo.make(folder.resolve("fifo"));
    Outcome outcome = copy(mode, in, "file:" + fifo, "--connect-timeout", "500ms").run();

    outcome.failed(mode, UNREACHABLE, fifo.toString(), "open|read");
    assertTrue(outcome.elapsed().toMillis() < 5_000, outcome::toString);
    assertFalse(Files.isRegularFile(fifo), "the FIFO was replaced");
    Folder.assertHolds(folder, "fifo", "in");
  }

  private String rdmaSim(String name) {
    return "rdma-sim:" + name + ",dir=" + folder;
  }

  @ParameterizedTest
  @EnumSource
  void rdmaSimPeerAbsent(Mode mode) throws Exception {
    copy(mode, in, rdmaSim("nobody"))
        .run()
        .failed(mode, UNREACHABLE, "nobody listens at rdma-sim:nobody", "start the listening side");
    Folder.assertHolds(Folder.meeting(folder));
  }

  @ParameterizedTest
  @EnumSource
  void rdmaSimNameInUse_isLeftToItsListener(Mode mode) throws Exception {
    try (Running first = copy(Mode.PLAIN, rdmaSim("vm"), out).start()) {
      String address = first.awaitListening();
      copy(mode, rdmaSim("vm"), "null:").run().failed(mode, UNREACHABLE, "rdma-sim:vm", "in use");

      copy(mode, in, address).run().copied(mode, 10_000);
      first.await(Duration.ofSeconds(20)).copied(Mode.PLAIN, 10_000);
    }
    Folder.assertHolds(Folder.meeting(folder));
  }

  @ParameterizedTest
  @EnumSource
  void rdmaSimNameOfAnother_isListed(Mode mode) throws Exception {
    try (Running first = copy(Mode.PLAIN, rdmaSim("vm1"), "null:").start()) {
      first.awaitListening();
      copy(mode, in, rdmaSim("vm2")).run().failed(mode, UNREACHABLE, "rdma-sim:vm2", "vm1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void rdmaSimFolderAbsent(Mode mode) throws Exception {
    String dir = folder.resolve("absent").toString();

    copy(mode, "rdma-sim:vm,dir=" + dir, out).run().failed(mode, UNREACHABLE, dir, "dir=");
    copy(mode, in, "rdma-sim:vm,dir=" + dir).run().failed(mode, UNREACHABLE, dir, "dir=");
    Folder.assertHolds(folder, "in");
  }

  @ParameterizedTest
  @EnumSource
  void rdmaSimFolderThatMayNotBeWritten(Mode mode) throws Exception {
    Path dir = Files.createDirectory(folder.resolve("dir"));
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("r-xr-xr-x"));

    Rights.boundByModes(copy(mode, "rdma-sim:vm,dir=" + dir, out), "EndpointsIT, 2 tests")
        .run()
        .failed(mode, UNREACHABLE, dir.toString(), "permission denied", "dir=");
    Folder.assertHolds(dir);
  }

  @ParameterizedTest
  @EnumSource
  void rdmaSimFolderThatOthersMayEnter_isRefused(Mode mode) throws Exception {
    Path shared = Files.createDirectory(Folder.meeting(folder));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

    copy(mode, rdmaSim("vm"), out)
        .run()
        .failed(mode, UNREACHABLE, shared.toString(), "mode 777", "others");
  }

  /** The connecting side makes its memory first: in 1 MiB it finds no room, in 4 MiB the other. */
  @ParameterizedTest
  @CsvSource({"1m, PLAIN, 12", "1m, JSON, 12", "4m, PLAIN, 3", "4m, JSON, 3"})
  void rdmaSimFolderWithoutRoom(String size, Mode mode, int code) throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    String address = "rdma-sim:vm,dir=" + small;
    // The receiver's exit status and what is left in the folder go to files beside it.
    String both =
        "target=$1; shift; ( \"$1\" copy "
            + address
            + " null: 2> \"$target.receiver\"; echo $? >> \"$target.receiver\" ) & "
            + "until [ -S \"$target\"/sluice-*/vm.sock ]; do sleep 0.05; done; "
            + "\"$@\"; code=$?; wait; ls -A \"$target\"/sluice-* > \"$target.left\"; exit $code";
    Command sender = copy(mode, in, address);
    List<String> words = sender.words();
    // Without the words that reset the signals, the first one is the launcher.
    Command inner =
        Command.of(words.subList(2, words.size()).toArray(String[]::new))
            .under("bash", "-c", both, "bash", small.toString());

    Outcome outcome =
        Rights.mounted(
                inner,
                small,
                "mount -t tmpfs -o size=" + size + " tmpfs \"$1\"",
                "EndpointsIT, 4 tests with a small file system")
            .run();

    outcome.failed(mode, code, "no room for \\d+ bytes", small.toString(), "window=", "dir=");
    assertEquals("", Files.readString(Path.of(small + ".left")));
    String receiver = Files.readString(Path.of(small + ".receiver"));
    assertTrue(receiver.contains("no room for "), receiver);
    assertTrue(receiver.endsWith((code == LIMIT ? 5 : LIMIT) + "\n"), receiver);
  }
}
