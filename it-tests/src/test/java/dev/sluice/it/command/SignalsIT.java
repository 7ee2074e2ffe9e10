package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Blackhole;
import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Fifo;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C and SIGTERM in every phase: the end within 3 s, the right status, and what is left. */
class SignalsIT {
  private static final Duration PROMISE = Duration.ofSeconds(3);
  private static final int SIZE = 8 << 20;

  @TempDir Path folder;

  private Path in = Path.of("");
  private Path target = Path.of("");
  private Path out = Path.of("");

  /** A signal, whom the command speaks to, and the exit status. */
  record Stop(String signal, Mode mode, int code) {
    static Stop of(String text) {
      return text.equals("Ctrl-C")
          ? new Stop("INT", Mode.PLAIN, 130)
          : new Stop("TERM", Mode.JSON, 143);
    }
  }

  @BeforeEach
  void makeFiles() throws Exception {
    in = Bytes.file(folder.resolve("in"), SIZE);
    target = Files.createDirectory(folder.resolve("target"));
    out = Files.writeString(target.resolve("out"), "old");
  }

  /** The address of a file that must not change. */
  private String kept() {
    return "file:" + out;
  }

  private void assertKept() throws IOException {
    Folder.assertHolds(target, "out");
    assertEquals("old", Files.readString(out));
  }

  private static Outcome stop(Running copy, Stop stop, String... words) throws Exception {
    copy.signal(stop.signal);
    return copy.await(PROMISE).failed(stop.mode, stop.code, words);
  }

  private static void stopLeavingNothing(Running copy, Stop stop, String... words)
      throws Exception {
    stop(copy, stop, words).leftNothing(stop.mode);
  }

  /** The JVM's own handlers end a process that catches no signals yet, whatever it is doing. */
  @RepeatedTest(30)
  void whileStarting_nothingIsLeft(RepetitionInfo repetition) throws Exception {
    try (Running copy = copy(Mode.PLAIN, "file:" + in, kept(), "--rate", "1MiB").start()) {
      copy.endsWithin(Duration.ofMillis(15L * repetition.getCurrentRepetition()));
      copy.signal("INT");
      int code = copy.await(PROMISE).code();
      // 1: a JVM that is told to end before it has begun; that is out of our hands.
      assertTrue(code == 130 || code == 1, () -> "exit status " + code + ": " + copy.err());
    }
    assertKept();
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileListening(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy = copy(stop.mode, "tcp:127.0.0.1:0", kept()).start()) {
      copy.awaitListening();
      stopLeavingNothing(copy, stop);
    }
    assertKept();
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileListening_theSocketFileGoes(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy = copy(stop.mode, "unix:" + folder.resolve("in.sock"), kept()).start()) {
      copy.awaitListening();
      stopLeavingNothing(copy, stop);
    }
    assertKept();
    Folder.assertHolds(folder, "in", "target");
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileAClientIsSilent(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy = copy(stop.mode, "tcp:127.0.0.1:0", kept()).start();
        SocketChannel client = Peer.connect(copy.awaitListening())) {
      client.write(ByteBuffer.wrap(new byte[100]));
      copy.awaitIdle();
      stopLeavingNothing(copy, stop, "100 bytes|incoming");
    }
    assertKept();
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileConnecting(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Blackhole silent = new Blackhole();
        Running copy =
            copy(stop.mode, "file:" + in, silent.address(), "--connect-timeout", "60s").start()) {
      copy.awaitIdle();
      stopLeavingNothing(copy, stop);
    }
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileNobodyWritesTheFifo(String how) throws Exception {
    Stop stop = Stop.of(how);
    Path fifo = Fifo.make(folder.resolve("fifo"));
    try (Running copy = copy(stop.mode, "file:" + fifo, kept()).start()) {
      copy.awaitIdle();
      stopLeavingNothing(copy, stop);
    }
    assertKept();
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileNobodyReadsTheFifo(String how) throws Exception {
    Stop stop = Stop.of(how);
    Path fifo = Fifo.make(folder.resolve("fifo"));
    try (Running copy =
        copy(stop.mode, "file:" + in, "file:" + fifo, "--connect-timeout", "60s").start()) {
      copy.awaitIdle();
      stop(copy, stop);
    }
    Folder.assertHolds(folder, "fifo", "in", "target");
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileTheFifoIsFull(String how) throws Exception {
    Stop stop = Stop.of(how);
    Path fifo = Fifo.make(folder.resolve("fifo"));
    try (Running reader =
            Command.of("bash", "-c", "exec 3<> \"$0\"; read -r line", fifo.toString())
                .withInputPipe()
                .start();
        Running copy = copy(stop.mode, "file:" + in, "file:" + fifo).start()) {
      assertTrue(reader.isAlive());
      copy.awaitIdle();
      stop(copy, stop, "outgoing file|\noutgoing\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileCopyingToAFile(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy = copy(stop.mode, "file:" + in, kept(), "--rate", "2MiB").start()) {
      Folder.awaitBytes(target, 100_000);
      stopLeavingNothing(copy, stop, "\\d{6} (of|bytes)|after \\d|stopped");
    }
    assertKept();
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileWritingInPlace_tellsWhatIsLeft(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy =
        copy(stop.mode, "file:" + in, kept() + ",in-place=on", "--rate", "2MiB").start()) {
      Folder.awaitBytes(target, 100_000);
      String left = stop(copy, stop).left(stop.mode);
      assertTrue(left.contains(out.toString()), left);
    }
    Folder.assertHolds(target, "out");
    assertTrue(Files.size(out) < SIZE);
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileStandardInputIsSilent(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy = copy(stop.mode, "-", kept()).withInputPipe().start()) {
      copy.awaitIdle();
      stopLeavingNothing(copy, stop);
    }
    assertKept();
  }

  /** Plain only: with JSON on standard output, the stream cannot be there. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void whileNobodyReadsStandardOutput(String signal, int code) throws Exception {
    Stop stop = new Stop(signal, Mode.PLAIN, code);
    try (Running copy = copy(Mode.PLAIN, "file:" + in, "-").withOutputPipe().start()) {
      copy.awaitIdle();
      stop(copy, stop);
    }
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileTheReceiverDoesNotRead(String how) throws Exception {
    Stop stop = Stop.of(how);
    Path large = Bytes.file(folder.resolve("large"), 64 << 20);
    try (ServerSocketChannel server = Peer.tcp("127.0.0.1");
        Running copy = copy(stop.mode, "file:" + large, Peer.address(server)).start();
        SocketChannel receiver = server.accept()) {
      copy.awaitIdle();
      stop(copy, stop);
      assertNoEnd(receiver);
    }
  }

  /** What was abandoned must not look complete. */
  private static void assertNoEnd(SocketChannel receiver) {
    assertThrows(IOException.class, () -> Channels.newInputStream(receiver).readAllBytes());
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileTheReceiverDoesNotClose(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (ServerSocketChannel server = Peer.tcp("127.0.0.1");
        Running copy = copy(stop.mode, "file:" + in, Peer.address(server)).start();
        SocketChannel receiver = server.accept()) {
      assertEquals(SIZE, Channels.newInputStream(receiver).readAllBytes().length);
      copy.awaitIdle();
      stop(copy, stop);
    }
  }

  private String rdmaSim() {
    return "rdma-sim:it,dir=" + folder;
  }

  private void assertNothingShared() throws IOException {
    Folder.assertHolds(Folder.meeting(folder));
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileListeningAtAnRdmaSimEndpoint_itsSocketFileGoes(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy = copy(stop.mode, rdmaSim(), kept()).start()) {
      copy.awaitListening();
      stopLeavingNothing(copy, stop);
    }
    assertKept();
    assertNothingShared();
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileAnRdmaSimEndpointDoesNotAnswer(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running receiver = copy(Mode.PLAIN, rdmaSim(), "null:").start()) {
      String address = receiver.awaitListening();
      receiver.signal("STOP");
      try (Running copy =
          copy(stop.mode, "file:" + in, address, "--connect-timeout", "60s").start()) {
        copy.awaitIdle();
        stopLeavingNothing(copy, stop);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileTheReceiverOverRdmaSimIsStopped(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running receiver = copy(Mode.PLAIN, rdmaSim(), kept(), "--rate", "1MiB").start();
        Running copy = copy(stop.mode, "file:" + in, receiver.awaitListening()).start()) {
      Folder.awaitBytes(target, 100_000);
      receiver.signal("STOP");
      copy.awaitIdle();
      stop(copy, stop, "outgoing");
      receiver.signal("CONT");
      receiver.await(PROMISE).failed(Mode.PLAIN, 5, "abandoned").leftNothing(Mode.PLAIN);
    }
    assertKept();
    assertNothingShared();
  }

  @ParameterizedTest
  @CsvSource({"Ctrl-C", "SIGTERM"})
  void whileTheSenderOverRdmaSimIsSilent(String how) throws Exception {
    Stop stop = Stop.of(how);
    try (Running copy = copy(stop.mode, rdmaSim(), kept()).start();
        Running sender = copy(Mode.PLAIN, "-", copy.awaitListening()).withInputPipe().start()) {
      sender.stdin().write(new byte[100]);
      sender.stdin().flush();
      sender.awaitIdle();
      stopLeavingNothing(copy, stop, "incoming");
      sender.stdin().write(1);
      sender.stdin().close();
      sender.await(PROMISE).failed(Mode.PLAIN, 6, "abandoned");
    }
    assertKept();
    assertNothingShared();
  }

  @Test
  void secondCtrlC_endsItAsWell() throws Exception {
    try (Running copy = copy(Mode.PLAIN, "tcp:127.0.0.1:0", kept()).start()) {
      copy.awaitListening();
      copy.signal("INT");
      copy.signal("INT");
      assertEquals(130, copy.await(PROMISE).code());
    }
    assertKept();
  }

  @Test
  void ctrlCAtAnyMoment_hasTheRightStatusOrIsTooLate() throws Exception {
    // From before main to after the end, which here is about half a second away.
    for (int millis = 0; millis < 600; millis += 60) {
      try (Running copy = copy(Mode.PLAIN, "file:" + in, kept()).start()) {
        if (!copy.endsWithin(Duration.ofMillis(millis))) {
          copy.signal("INT");
        }
        Outcome outcome = copy.await(PROMISE);
        if (outcome.code() == 0) {
          Bytes.assertSame(in, out);
        } else {
          assertEquals(3, Files.size(out), () -> "stopped, and yet complete: " + outcome);
          // For some milliseconds of its start, JDK 25 answers a signal with an error of its own.
          if (!outcome.out().startsWith("Error occurred during initialization of VM")) {
            assertEquals(130, outcome.code(), outcome::toString);
            outcome.noTrace();
          }
        }
        Folder.assertHolds(target, "out");
        Files.writeString(out, "old");
      }
    }
  }

  /** Some tries, because the moment that matters is short. */
  @RepeatedTest(5)
  void ctrlCOnceTheFileIsComplete_isTooLate() throws Exception {
    try (Running copy = copy(Mode.PLAIN, "file:" + in, kept()).start()) {
      interruptAsSoonAs(copy, () -> Files.size(out) > 3);
      Outcome outcome = copy.await(PROMISE);

      assertTrue(
          outcome.code() == 0 || outcome.left(Mode.PLAIN).contains(out.toString()),
          () -> "the file is complete: " + outcome);
    }
  }

  @RepeatedTest(5)
  void ctrlCAfterTheLastLine_leavesTheStatus() throws Exception {
    try (Running copy = copy(Mode.PLAIN, "file:" + in, kept()).start()) {
      interruptAsSoonAs(copy, () -> copy.err().contains("copied "));

      copy.await(PROMISE).copied(Mode.PLAIN, SIZE);
    }
  }

  /** Stops it at the moment, so that the machine's load does not matter. */
  private static void interruptAsSoonAs(Running copy, Callable<Boolean> moment) throws Exception {
    while (copy.isAlive() && !moment.call()) {
      Thread.onSpinWait();
    }
    copy.signal("STOP");
    copy.signal("INT");
    copy.signal("CONT");
  }
}
