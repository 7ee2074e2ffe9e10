package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Running;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing hangs for ever: exit status 10, and the side that is to blame. */
class TimersIT {
  private static final int READ_FAILED = 5;
  private static final int WRITE_FAILED = 6;
  private static final int TIMED_OUT = 10;
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir Path folder;

  private Path target = Path.of("");
  private String out = "";

  @BeforeEach
  void makeFolder() throws Exception {
    target = Files.createDirectory(folder.resolve("target"));
    out = "file:" + target.resolve("out");
  }

  @ParameterizedTest
  @EnumSource
  void nobodyComes(Mode mode) throws Exception {
    copy(mode, "tcp:127.0.0.1:0", out, "--accept-timeout", "300ms")
        .run()
        .failed(mode, TIMED_OUT, "300 ?ms", "incoming")
        .leftNothing(mode);
    Folder.assertHolds(target);
  }

  @ParameterizedTest
  @EnumSource
  void senderIsSilent(Mode mode) throws Exception {
    try (Running copy = copy(mode, "tcp:127.0.0.1:0", out, "--idle-timeout", "300ms").start();
        SocketChannel _ = Peer.connect(copy.awaitListening())) {
      copy.await(SOON).failed(mode, TIMED_OUT, "300 ?ms", "incoming").leftNothing(mode);
    }
    Folder.assertHolds(target);
  }

  static Stream<Arguments> kernelCopiesAndModes() {
    return Stream.of(true, false)
        .flatMap(kernel -> Stream.of(Mode.values()).map(mode -> Arguments.of(kernel, mode)));
  }

  @ParameterizedTest(name = "kernel copy {0}, {1}")
  @MethodSource("kernelCopiesAndModes")
  void receiverDoesNotRead(boolean kernelCopy, Mode mode) throws Exception {
    Path large = Bytes.file(folder.resolve("large"), 32 << 20);
    try (ServerSocketChannel server = Peer.tcp("127.0.0.1");
        Running copy =
            copy(mode, "file:" + large, Peer.address(server), "--stall-timeout", "300ms")
                .plus(kernelCopy ? new String[0] : new String[] {"--digest", "crc32c"})
                .start();
        SocketChannel _ = server.accept()) {
      copy.await(SOON).failed(mode, TIMED_OUT, "300 ?ms", "outgoing tcp|\noutgoing\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nobodyComesToAnRdmaSimEndpoint(Mode mode) throws Exception {
    copy(mode, rdmaSim(), out, "--accept-timeout", "300ms")
        .run()
        .failed(mode, TIMED_OUT, "300 ?ms", "incoming")
        .leftNothing(mode);
    Folder.assertHolds(target);
    Folder.assertHolds(Folder.meeting(folder));
  }

  @ParameterizedTest
  @EnumSource
  void senderOverRdmaSimIsSilent(Mode mode) throws Exception {
    try (Running copy = copy(mode, rdmaSim(), out, "--idle-timeout", "300ms").start();
        Running sender = copy(Mode.PLAIN, "-", copy.awaitListening()).withInputPipe().start()) {
      copy.await(SOON).failed(mode, TIMED_OUT, "300 ?ms", "incoming").leftNothing(mode);
      sender.stdin().write(1);
      sender.stdin().close();
      sender.await(SOON).failed(Mode.PLAIN, WRITE_FAILED, "abandoned");
    }
    Folder.assertHolds(target);
    Folder.assertHolds(Folder.meeting(folder));
  }

  @ParameterizedTest
  @EnumSource
  void receiverOverRdmaSimIsStopped(Mode mode) throws Exception {
    Path large = Bytes.file(folder.resolve("large"), 32 << 20);
    try (Running receiver = copy(Mode.PLAIN, rdmaSim(), out, "--rate", "1MiB").start();
        Running copy =
            copy(mode, "file:" + large, receiver.awaitListening(), "--stall-timeout", "300ms")
                .start()) {
      Folder.awaitBytes(target, 1);
      receiver.signal("STOP");
      copy.await(SOON).failed(mode, TIMED_OUT, "300 ?ms", "outgoing rdma-sim|\noutgoing\n");
      receiver.signal("CONT");
      receiver.await(SOON).failed(Mode.PLAIN, READ_FAILED, "abandoned").leftNothing(Mode.PLAIN);
    }
    Folder.assertHolds(target);
    Folder.assertHolds(Folder.meeting(folder));
  }

  private String rdmaSim() {
    return "rdma-sim:it,dir=" + folder;
  }

  @ParameterizedTest
  @EnumSource
  void deadlinePasses(Mode mode) throws Exception {
    Path in = Bytes.file(folder.resolve("in"), 1 << 20);

    copy(mode, "file:" + in, out, "--rate", "100KiB", "--deadline", "500ms")
        .run()
        .failed(mode, TIMED_OUT, "500 ?ms", "deadline")
        .leftNothing(mode);
    Folder.assertHolds(target);
  }
}
