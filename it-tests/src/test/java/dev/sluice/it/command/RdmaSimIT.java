package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code sluice copy} from one process to another over {@code rdma-sim}. */
class RdmaSimIT {
  private static final long SIZE = Long.getLong("sluice.copyBytes", (64 << 20) + 17);

  /** A slow disk writes 16 MiB a second. */
  private static final Duration LIMIT = Duration.ofSeconds(30 + SIZE / (16 << 20));

  @TempDir Path folder;

  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void makeSource() throws Exception {
    in = Bytes.file(folder.resolve("in"), SIZE);
    out = folder.resolve("out");
  }

  private String address() {
    return "rdma-sim:vm1,dir=" + folder;
  }

  @ParameterizedTest
  @EnumSource
  void copy_isComplete_andBothDigestsAreEqual(Mode mode) throws Exception {
    try (Running receiver = copy(mode, address(), "file:" + out, "--digest", "sha256").start();
        Running sender =
            copy(Mode.JSON, "file:" + in, receiver.awaitListening(), "--digest", "sha256")
                .start()) {
      Outcome sent = sender.await(LIMIT).copied(Mode.JSON, SIZE);
      Outcome received = receiver.await(LIMIT).copied(mode, SIZE);

      String digest = Bytes.sha256(in);
      assertEquals(digest, sent.lastEvent().get("digest"));
      String told = mode == Mode.JSON ? received.out() : received.err();
      assertEquals(1, told.split(digest, -1).length - 1, received::toString);
    }
    Bytes.assertSame(in, out);
    Folder.assertHolds(Folder.meeting(folder));
  }

  /** In the folder that is used where none is named, which is the user's, so the name is unique. */
  @Test
  void copyInTheUsualFolder_leavesNothing() throws Exception {
    String name = "it-" + ProcessHandle.current().pid();
    try (Running receiver = copy(Mode.PLAIN, "rdma-sim:" + name, "file:" + out).start();
        Running sender = copy(Mode.PLAIN, "file:" + in, receiver.awaitListening()).start()) {
      sender.await(LIMIT).copied(Mode.PLAIN, SIZE);
      receiver.await(LIMIT).copied(Mode.PLAIN, SIZE);
    }
    Bytes.assertSame(in, out);
    Path usual = Folder.meeting(Path.of("/dev/shm"));
    assertEquals(0, Folder.names(usual).stream().filter(left -> left.startsWith(name)).count());
  }

  @ParameterizedTest
  @CsvSource({"64KiB, 64KiB", "64KiB, 64MiB", "64MiB, 64KiB"})
  void windows_mayDiffer(String incoming, String outgoing) throws Exception {
    try (Running receiver =
        copy(Mode.PLAIN, address() + ",window=" + incoming, "file:" + out).start()) {
      receiver.awaitListening();
      copy(Mode.PLAIN, "file:" + in, address() + ",window=" + outgoing)
          .run()
          .copied(Mode.PLAIN, SIZE);
      receiver.await(LIMIT).copied(Mode.PLAIN, SIZE);
    }
    Bytes.assertSame(in, out);
  }

  @Test
  void emptyStream_isACopyOfNothing() throws Exception {
    try (Running receiver = copy(Mode.PLAIN, address(), "file:" + out).start()) {
      copy(Mode.PLAIN, "file:/dev/null", receiver.awaitListening()).run().copied(Mode.PLAIN, 0);
      receiver.await(LIMIT).copied(Mode.PLAIN, 0);
    }
    assertEquals(0, Files.size(out));
  }

  @Test
  void relay_throughTwoEndpoints() throws Exception {
    try (Running receiver = copy(Mode.PLAIN, address(), "file:" + out).start();
        Running relay =
            copy(Mode.PLAIN, "rdma-sim:vm2,dir=" + folder, receiver.awaitListening()).start()) {
      copy(Mode.PLAIN, "file:" + in, relay.awaitListening()).run().copied(Mode.PLAIN, SIZE);
      relay.await(LIMIT).copied(Mode.PLAIN, SIZE);
      receiver.await(LIMIT).copied(Mode.PLAIN, SIZE);
    }
    Bytes.assertSame(in, out);
    Folder.assertHolds(Folder.meeting(folder));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void processThatIsStoppedForAWhile_goesOn(boolean stopsReceiver) throws Exception {
    Path target = Files.createDirectory(folder.resolve("target"));
    out = target.resolve("out");
    try (Running receiver = copy(Mode.PLAIN, address(), "file:" + out, "--rate", "16MiB").start();
        Running sender = copy(Mode.PLAIN, "file:" + in, receiver.awaitListening()).start()) {
      Folder.awaitBytes(target, 100_000);
      Running stopped = stopsReceiver ? receiver : sender;
      stopped.signal("STOP");
      (stopsReceiver ? sender : receiver).awaitIdle();
      stopped.signal("CONT");

      sender.await(LIMIT).copied(Mode.PLAIN, SIZE);
      receiver.await(LIMIT).copied(Mode.PLAIN, SIZE);
    }
    Bytes.assertSame(in, out);
  }
}
