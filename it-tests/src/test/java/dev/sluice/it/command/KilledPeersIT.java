package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Loudly;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Running;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that die in the middle, on either leg. */
class KilledPeersIT {
  private static final int READ_FAILED = 5;
  private static final int WRITE_FAILED = 6;
  private static final Duration SOON = Duration.ofSeconds(10);

  /** More than the kernel keeps for a peer that does not read. */
  private static final long SIZE = 64L << 20;

  private static final String LOST = "reset|broken pipe|closed|abandoned|went away|gone";

  @TempDir Path folder;

  private Path in = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void makeFiles() throws Exception {
    in = Bytes.file(folder.resolve("in"), SIZE);
    target = Files.createDirectory(folder.resolve("target"));
  }

  static Stream<Arguments> schemesAndModes() {
    return withModes("tcp", "unix", "rdma-sim");
  }

  static Stream<Arguments> socketsAndModes() {
    return withModes("tcp", "unix");
  }

  private static Stream<Arguments> withModes(String... schemes) {
    return Stream.of(schemes)
        .flatMap(scheme -> Stream.of(Mode.values()).map(mode -> Arguments.of(scheme, mode)));
  }

  private String listenAddress(String scheme) {
    return switch (scheme) {
      case "tcp" -> "tcp:127.0.0.1:0";
      case "unix" -> "unix:" + folder.resolve("it.sock");
      default -> "rdma-sim:it,dir=" + folder;
    };
  }

  @ParameterizedTest
  @MethodSource("schemesAndModes")
  void receivingSluiceIsKilled(String scheme, Mode mode) throws Exception {
    try (Running receiver =
            copy(Mode.PLAIN, listenAddress(scheme), "file:" + target.resolve("out"))
                .plus("--rate", "4MiB")
                .start();
        Running sender = copy(mode, "file:" + in, receiver.awaitListening()).start()) {
      Folder.awaitBytes(target, 100_000);
      receiver.signal("KILL");

      sender.await(SOON).failed(mode, WRITE_FAILED, LOST, "outgoing");
    }
    List<String> left = Folder.names(target);
    assertTrue(!left.contains("out"), "half-written: " + left);
    if (scheme.equals("rdma-sim")) {
      assertNothingShared_andTheNextCopyWorks();
    }
  }

  /** Unlike a socket, shared memory tells that the end of the process is not that of the stream. */
  @ParameterizedTest
  @EnumSource
  void sendingSluiceIsKilled_theReceiverOverRdmaSimKnows(Mode mode) throws Exception {
    Path out = Files.writeString(target.resolve("out"), "old");
    try (Running receiver = copy(mode, listenAddress("rdma-sim"), "file:" + out).start();
        Running sender =
            copy(Mode.PLAIN, "file:" + in, receiver.awaitListening(), "--rate", "4MiB").start()) {
      Folder.awaitBytes(target, 100_000);
      sender.signal("KILL");

      receiver.await(SOON).failed(mode, READ_FAILED, "killed", "incoming").leftNothing(mode);
    }
    assertEquals("old", Files.readString(out));
    Folder.assertHolds(target, "out");
    assertNothingShared_andTheNextCopyWorks();
  }

  @ParameterizedTest
  @EnumSource
  void listeningSluiceIsKilled_theNextOneGetsItsName(Mode mode) throws Exception {
    try (Running listening = copy(Mode.PLAIN, listenAddress("rdma-sim"), "null:").start()) {
      String address = listening.awaitListening();
      listening.signal("KILL");
      listening.await(SOON);

      copy(mode, "file:" + in, address).run().failed(mode, 3, "nobody listens", "start");
    }
    assertNothingShared_andTheNextCopyWorks();
  }

  private void assertNothingShared_andTheNextCopyWorks() throws Exception {
    Folder.assertHolds(Folder.meeting(folder));
    Path next = folder.resolve("next");
    try (Running receiver = copy(Mode.PLAIN, listenAddress("rdma-sim"), "file:" + next).start();
        Running sender = copy(Mode.PLAIN, "file:" + in, receiver.awaitListening()).start()) {
      sender.await(SOON).copied(Mode.PLAIN, SIZE);
      receiver.await(SOON).copied(Mode.PLAIN, SIZE);
    }
    Bytes.assertSame(in, next);
    Folder.assertHolds(Folder.meeting(folder));
  }

  @ParameterizedTest
  @MethodSource("socketsAndModes")
  void receivingSocatIsKilled(String scheme, Mode mode) throws Exception {
    requireSocat();
    boolean tcp = scheme.equals("tcp");
    String address = tcp ? Peer.refusing() : "unix:" + folder.resolve("socat.sock");
    String listen =
        tcp
            ? "TCP-LISTEN:" + address.substring(address.lastIndexOf(':') + 1) + ",bind=127.0.0.1"
            : "UNIX-LISTEN:" + folder.resolve("socat.sock");
    // Nobody reads its standard output, so that it is still busy when it dies.
    try (Running receiver =
            Command.of("socat", "-dd", "-u", listen, "STDOUT").withOutputPipe().start();
        Running sender = startWhenListening(receiver, copy(mode, "file:" + in, address))) {
      receiver.awaitSaying("starting data transfer loop");
      sender.awaitIdle();
      receiver.signal("KILL");

      sender.await(SOON).failed(mode, WRITE_FAILED, LOST, "outgoing");
    }
  }

  private static Running startWhenListening(Running receiver, Command sender) throws Exception {
    receiver.awaitSaying("listening on ");
    return sender.start();
  }

  private static void requireSocat() throws Exception {
    Loudly.require(
        Command.of("bash", "-c", "command -v socat").run().code() == 0,
        "KilledPeersIT, 7 tests",
        "there is no socat");
  }

  @ParameterizedTest
  @EnumSource
  void senderAbandons(Mode mode) throws Exception {
    Path out = Files.writeString(target.resolve("out"), "old");
    try (Running receiver = copy(mode, "tcp:127.0.0.1:0", "file:" + out).start();
        SocketChannel sender = Peer.connect(receiver.awaitListening())) {
      sender.write(ByteBuffer.wrap(Bytes.random(100_000)));
      Folder.awaitBytes(target, 1);
      Peer.reset(sender);

      receiver.await(SOON).failed(mode, READ_FAILED, LOST, "incoming").leftNothing(mode);
    }
    Folder.assertHolds(target, "out");
    assertEquals("old", Files.readString(out));
  }

  static Stream<Arguments> resettingSchemesAndModes() {
    return withModes("tcp", "rdma-sim");
  }

  @ParameterizedTest
  @MethodSource("resettingSchemesAndModes")
  void sendingSluiceIsStopped_theReceiverKnows(String scheme, Mode mode) throws Exception {
    Path out = target.resolve("out");
    try (Running receiver = copy(mode, listenAddress(scheme), "file:" + out).start();
        Running sender =
            copy(Mode.PLAIN, "file:" + in, receiver.awaitListening(), "--rate", "4MiB").start()) {
      Folder.awaitBytes(target, 100_000);
      sender.signal("TERM");

      receiver.await(SOON).failed(mode, READ_FAILED, LOST, "incoming");
      sender.await(SOON).failed(Mode.PLAIN, 143);
    }
    Folder.assertHolds(target);
  }

  @ParameterizedTest
  @EnumSource
  void relayedSenderAbandons_theReceiverBehindKnows(Mode mode) throws Exception {
    Path out = target.resolve("out");
    try (Running receiver = copy(mode, "tcp:127.0.0.1:0", "file:" + out).start();
        Running middle =
            copy(Mode.PLAIN, "unix:" + folder.resolve("m.sock"), receiver.awaitListening())
                .start();
        Running sender =
            copy(Mode.PLAIN, "file:" + in, middle.awaitListening(), "--rate", "4MiB").start()) {
      Folder.awaitBytes(target, 100_000);
      middle.signal("INT");

      receiver.await(SOON).failed(mode, READ_FAILED, LOST, "incoming");
      assertEquals(130, middle.await(SOON).code());
      sender.await(SOON).failed(Mode.PLAIN, WRITE_FAILED, LOST);
    }
    Folder.assertHolds(target);
  }

  /**
   * The kernel ends the connections of a killed process as if it had closed them, so over a plain
   * socket nobody can tell: a copy has no length to expect. What may not happen is a hang, or a
   * file that is not what came.
   */
  @ParameterizedTest
  @MethodSource("socketsAndModes")
  void sendingSocatIsKilled_nothingHangs(String scheme, Mode mode) throws Exception {
    requireSocat();
    Path out = target.resolve("out");
    try (Running receiver =
        copy(mode, listenAddress(scheme), "file:" + out, "--rate", "8MiB").start()) {
      String address = receiver.awaitListening();
      String connect =
          scheme.equals("tcp")
              ? "TCP:" + address.substring("tcp:".length())
              : "UNIX-CONNECT:" + address.substring("unix:".length());
      try (Running sender = Command.of("socat", "-u", "OPEN:" + in, connect).start()) {
        Folder.awaitBytes(target, 100_000);
        sender.signal("KILL");
        Outcome outcome = receiver.await(SOON);

        outcome.noTrace();
        if (outcome.code() == 0) {
          long byteCount = Files.size(out);
          outcome.copied(mode, byteCount);
          assertTrue(byteCount < SIZE, "socat was done before it was killed");
          assertEquals(byteCount, Files.mismatch(in, out));
        } else {
          outcome.failed(mode, READ_FAILED, LOST);
          Folder.assertHolds(target);
        }
      }
    }
  }

  @Test
  void killedInTheMiddle_theOldFileStays() throws Exception {
    Path out = Files.writeString(target.resolve("out"), "old");
    try (Running copy = copy(Mode.PLAIN, "file:" + in, "file:" + out, "--rate", "4MiB").start()) {
      Folder.awaitBytes(target, 100_000);
      copy.signal("KILL");
      assertEquals(137, copy.await(SOON).code());
    }
    assertEquals("old", Files.readString(out));
  }
}
