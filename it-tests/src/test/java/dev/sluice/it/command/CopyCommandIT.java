package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static dev.sluice.it.support.Command.sluice;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Installed;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sluice copy} where all is well, and its standard streams where they are not. */
class CopyCommandIT {
  private static final int SIZE = (3 << 20) + 17;
  private static final int UNREACHABLE = 3;
  private static final int READ_FAILED = 5;
  private static final int WRITE_FAILED = 6;

  @TempDir Path folder;

  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void makeSource() throws Exception {
    in = Bytes.file(folder.resolve("in"), SIZE);
    out = folder.resolve("out");
  }

  @ParameterizedTest
  @EnumSource
  void standardInput(Mode mode) throws Exception {
    copy(mode, "-", "file:" + out).reading(in).run().copied(mode, SIZE);
    Bytes.assertSame(in, out);
  }

  @Test
  void standardOutput() throws Exception {
    Outcome outcome = copy(Mode.PLAIN, "file:" + in, "-").run().copied(Mode.PLAIN, SIZE);
    assertArrayEquals(Files.readAllBytes(in), outcome.output());
  }

  @Test
  void standardInputToStandardOutput_throughPipes() throws Exception {
    Outcome outcome =
        copy(Mode.PLAIN, "-", "stdio:")
            .inScript("set -o pipefail; cat " + in + " | \"$@\" | cat")
            .run()
            .copied(Mode.PLAIN, SIZE);
    assertArrayEquals(Files.readAllBytes(in), outcome.output());
  }

  @ParameterizedTest
  @EnumSource
  void sha256_isThatOfSha256sum(Mode mode) throws Exception {
    String expected =
        Command.of("sha256sum", in.toString()).run().succeeded().out().split(" ", 2)[0];

    assertDigest(mode, "sha256", expected);
  }

  @ParameterizedTest
  @EnumSource
  void crc32c_isThatOfTheJdk(Mode mode) throws Exception {
    CRC32C sum = new CRC32C();
    sum.update(Files.readAllBytes(in));

    assertDigest(mode, "crc32c", "%08x".formatted(sum.getValue()));
  }

  private void assertDigest(Mode mode, String algorithm, String expected) throws Exception {
    Outcome outcome =
        copy(mode, "file:" + in, "file:" + out, "--digest", algorithm).run().copied(mode, SIZE);

    if (mode == Mode.JSON) {
      assertEquals(expected, outcome.lastEvent().get("digest"));
    } else {
      String summary = outcome.err().lines().toList().getLast();
      assertTrue(summary.contains(algorithm + " " + expected), outcome::toString);
    }
  }

  @Test
  void events_areListeningConnectedProgressSummary() throws Exception {
    try (Running copy =
            copy(Mode.JSON, "tcp:127.0.0.1:0", "file:" + out, "--rate", "1MiB").start();
        SocketChannel client = Peer.connect(copy.awaitListening())) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(in));
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
      client.shutdownOutput();
      Outcome outcome = copy.await(Duration.ofSeconds(20)).copied(Mode.JSON, SIZE);

      List<Map<String, @Nullable Object>> events = outcome.json();
      assertEquals("listening", events.getFirst().get("type"));
      assertEquals(2, ofType(events, "connected").size(), outcome::toString);
      List<Long> progress =
          ofType(events, "progress").stream()
              .map(event -> assertInstanceOf(Long.class, event.get("bytes")))
              .toList();
      assertTrue(progress.size() >= 2, outcome::toString);
      assertEquals(progress.stream().sorted().toList(), progress, "bytes went down");
      for (Map<String, @Nullable Object> event : events) {
        assertTrue(
            Instant.parse(assertInstanceOf(String.class, event.get("t"))).isAfter(Instant.EPOCH));
      }
    }
  }

  private static List<Map<String, @Nullable Object>> ofType(
      List<Map<String, @Nullable Object>> events, String type) {
    return events.stream().filter(event -> type.equals(event.get("type"))).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp:127.0.0.1:0", "tcp:[::1]:0", "tcp:localhost:0", "tcp::0"})
  void listening_isToldBeforeAnyoneComes_withTheRealPort(String address) throws Exception {
    try (Running copy = copy(Mode.PLAIN, address, "file:" + out).start()) {
      String told = copy.awaitListening();
      assertTrue(Pattern.matches("tcp:.*:[1-9]\\d{3,4}(,.*)?", told), told);
      assertTrue(copy.err().contains("listening on " + told));
      send(told.replace("tcp::", "tcp:127.0.0.1:").replace("[::]", "127.0.0.1"));
      copy.await(Duration.ofSeconds(20)).copied(Mode.PLAIN, SIZE);
    }
    Bytes.assertSame(in, out);
  }

  private void send(String address) throws IOException {
    try (SocketChannel client = Peer.connect(address)) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(in));
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
      client.shutdownOutput();
      assertEquals(-1, client.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void emptyStream_isACopyOfNothing() throws Exception {
    try (Running copy = copy(Mode.PLAIN, "tcp:127.0.0.1:0", "file:" + out).start()) {
      Peer.connect(copy.awaitListening()).close();
      copy.await(Duration.ofSeconds(20)).copied(Mode.PLAIN, 0);
    }
    assertEquals(0, Files.size(out));
  }

  @Test
  void quiet_saysNothing() throws Exception {
    Outcome outcome = copy(Mode.PLAIN, "file:" + in, "file:" + out, "-q").run().succeeded();
    assertEquals("", outcome.err() + outcome.out());
  }

  @Test
  void quiet_saysErrors() throws Exception {
    copy(Mode.PLAIN, "file:" + folder.resolve("absent"), "file:" + out, "-q")
        .run()
        .failed(Mode.PLAIN, UNREACHABLE, "absent");
  }

  @Test
  void verbose_hasTheStackTrace() throws Exception {
    Outcome outcome =
        copy(Mode.PLAIN, "file:" + folder.resolve("absent"), "file:" + out, "-v").run();
    assertEquals(UNREACHABLE, outcome.code());
    assertTrue(outcome.err().contains("\tat "), outcome::toString);
  }

  @Test
  void withoutAnOption_nothingIsSaidButTheSummary() throws Exception {
    for (String progress : List.of("auto", "line", "none")) {
      Outcome outcome =
          copy(Mode.PLAIN, "file:" + in, "file:" + out, "--progress", progress)
              .run()
              .copied(Mode.PLAIN, SIZE);
      assertEquals(1, outcome.err().lines().count(), outcome::toString);
      assertFalse(outcome.err().contains("\u001b"), outcome::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rate_isKept(boolean kernelCopy) throws Exception {
    int rate = 2 << 20;
    Path large = Bytes.file(folder.resolve("large"), 7L << 20);
    try (ServerSocketChannel server = Peer.tcp("127.0.0.1");
        Running copy =
            copy(Mode.PLAIN, kernelCopy ? "file:" + large : "-", Peer.address(server))
                .plus("--rate", "2MiB")
                .reading(large)
                .start();
        SocketChannel receiver = server.accept()) {
      double measured = bytesPerSecond(receiver);
      receiver.shutdownOutput();

      copy.await(Duration.ofSeconds(20)).copied(Mode.PLAIN, 7L << 20);
      assertEquals(rate, measured, rate * 0.1);
    }
  }

  /** From the first piece, which costs no time and does not count, to the last. */
  private static double bytesPerSecond(SocketChannel receiver) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    assertTrue(receiver.read(buffer) > 0);
    long first = System.nanoTime();
    long last = first;
    long byteCount = 0;
    for (int moved = 0; moved >= 0; moved = receiver.read(buffer.clear())) {
      byteCount += moved;
      last = moved > 0 ? System.nanoTime() : last;
    }
    return byteCount / ((last - first) / 1e9);
  }

  @Test
  void head_takesAByte_andLeaves() throws Exception {
    Outcome outcome =
        copy(Mode.PLAIN, "file:" + in, "-")
            .inScript("\"$@\" | head -c1; exit ${PIPESTATUS[0]}")
            .run();
    outcome.failed(
        Mode.PLAIN, WRITE_FAILED, "pipe|reader|closed", "outgoing|standard output|stdio");
    assertEquals(1, outcome.output().length);
  }

  @Test
  void head_ofTheEvents_doesNotStopTheCopy() throws Exception {
    Outcome outcome =
        copy(Mode.JSON, "file:" + in, "file:" + out)
            .inScript("\"$@\" | head -c1; exit ${PIPESTATUS[0]}")
            .run()
            .succeeded();
    assertEquals(1, outcome.output().length);
    Bytes.assertSame(in, out);
  }

  @Test
  void head_ofTheList_isNoError() throws Exception {
    Outcome outcome =
        sluice("transports").inScript("\"$@\" | head -c1; exit ${PIPESTATUS[0]}").run();
    assertEquals("", outcome.err(), outcome::toString);
  }

  @Test
  void closedStandardInput_cannotBeRead() throws Exception {
    // Descriptor 0 is free then, and the next file that the JVM opens for itself gets it.
    copy(Mode.PLAIN, "-", "file:" + out)
        .inScript("exec \"$@\" <&-")
        .run()
        .failed(Mode.PLAIN, READ_FAILED, "standard input|stdio");
    Folder.assertHolds(folder, "in");
  }

  @Test
  void closedStandardOutput_cannotBeWritten() throws Exception {
    copy(Mode.PLAIN, "file:" + in, "-")
        .inScript("exec \"$@\" >&-")
        .run()
        .failed(Mode.PLAIN, WRITE_FAILED, "standard output|stdio");
  }

  @ParameterizedTest
  @EnumSource
  void closedStandardStreams_spoilNoFile(Mode mode) throws Exception {
    Outcome outcome =
        copy(mode, "file:" + in, "file:" + out).inScript("exec \"$@\" <&- >&- 2>&-").run();
    assertEquals(0, outcome.code(), outcome::toString);
    Bytes.assertSame(in, out);
    assertEquals(SIZE, Files.size(in));
  }

  @Test
  void fullStandardOutput_isTold() throws Exception {
    copy(Mode.PLAIN, "file:" + in, "-")
        .inScript("exec \"$@\" > /dev/full")
        .run()
        .failed(Mode.PLAIN, WRITE_FAILED, "space|full");
  }

  @Test
  void nothingButTheCommandSpeaks() throws Exception {
    // Warnings of the JVM would be on either stream.
    Outcome outcome = copy(Mode.JSON, "file:" + in, "file:" + out).run().copied(Mode.JSON, SIZE);
    assertTrue(outcome.err().matches("(copied .*\n)?"), outcome::toString);
  }

  @Test
  void transports_namesWhatIsInstalled() throws Exception {
    Outcome all = sluice("transports").run().succeeded();
    for (String scheme : Installed.OWN_SCHEMES) {
      assertTrue(all.out().contains(scheme), all::toString);
      Outcome one = sluice("transports", scheme).run().succeeded();
      assertTrue(one.out().contains(scheme), one::toString);
    }
    Outcome file = sluice("transports", "file").run().succeeded();
    for (String word : List.of("offset", "in-place", "fsync", "seekable", ".jar")) {
      assertTrue(file.out().toLowerCase(Locale.ROOT).contains(word), file::toString);
    }
  }
}
