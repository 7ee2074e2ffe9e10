package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.cli.CommandRun;
import dev.sluice.cli.JsonText;
import dev.sluice.cli.StubTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class RelayCommandTest {
  @TempDir Path folder;

  /** Sends some bytes there and some back. */
  private static void talk(RunningRelay relay, int there, int back) throws IOException {
    try (TransportChannel client = relay.client();
        TransportChannel peer = relay.peer()) {
      RunningRelay.send(client, new byte[there]);
      client.shutdown(Direction.WRITE);
      assertEquals(there, RunningRelay.receive(peer));
      RunningRelay.send(peer, new byte[back]);
      peer.shutdown(Direction.WRITE);
      assertEquals(back, RunningRelay.receive(client));
    }
  }

  private static List<String> types(CommandRun run) throws IOException {
    List<String> types = new ArrayList<>();
    for (String line : run.outLines()) {
      types.add(String.valueOf(JsonText.object(line).get("type")));
    }
    return types;
  }

  private static Map<String, ?> event(CommandRun run, String type) throws IOException {
    for (String line : run.outLines()) {
      Map<String, ?> event = JsonText.object(line);
      if (type.equals(event.get("type"))) {
        return event;
      }
    }
    throw new AssertionError("no " + type + " in " + run.out());
  }

  @Test
  void once_relaysBothWays_andEndsWithSuccess() throws Exception {
    RunningRelay relay = new RunningRelay("--once");
    talk(relay, 1000, 20);
    CommandRun run = relay.await();

    assertEquals(0, run.status(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("listening on sluice.memory:in\n"), run.err());
    assertTrue(run.err().contains("connection 1: incoming ended after 1000 bytes\n"), run.err());
    assertTrue(run.err().contains("connection 1: outgoing ended after 20 bytes\n"), run.err());
    assertTrue(
        run.err().contains("connection 1: closed, 1000 bytes forward, 20 back in "), run.err());
    assertTrue(
        run.err()
            .lines()
            .toList()
            .getLast()
            .startsWith("relayed 1 connection, 0 failed, 1000 bytes forward, 20 bytes back in"),
        run.err());
  }

  /** The stream of a real guest, as the demo has it. */
  private static byte[] migration() throws IOException {
    try (InputStream packed =
        RelayCommandTest.class.getResourceAsStream(
            "/dev/sluice/cli/demo/heartbeat-pc-7.2.qemu.gz")) {
      return new GZIPInputStream(Objects.requireNonNull(packed)).readAllBytes();
    }
  }

  private static CommandRun relayed(byte[] bytes, String... options) throws Exception {
    RunningRelay relay = new RunningRelay(options);
    try (TransportChannel client = relay.client();
        TransportChannel peer = relay.peer()) {
      CompletableFuture<Integer> received =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return RunningRelay.receive(peer);
                } catch (IOException failed) {
                  throw new UncheckedIOException(failed);
                }
              });
      RunningRelay.send(client, bytes);
      client.shutdown(Direction.WRITE);
      assertEquals(bytes.length, received.get(20, TimeUnit.SECONDS));
    }
    return relay.await();
  }

  @Test
  void wholeMigration_isAGoodEnd() throws Exception {
    assertEquals(0, relayed(migration(), "--once", "-q").status());
  }

  @Test
  void migrationThatIsCutOff_isPassedOn_andNoGoodEnd() throws Exception {
    byte[] half = Arrays.copyOf(migration(), 20_000_000);
    CommandRun run = relayed(half, "--once", "--json");

    assertEquals(7, run.status(), run.err());
    Map<String, ?> closed = event(run, "closed");
    assertEquals(7L, closed.get("code"));
    assertEquals("truncated", closed.get("kind"));
    assertEquals("incoming", closed.get("leg"));
    assertEquals(20_000_000L, closed.get("forward_bytes"));
    assertTrue(
        run.err().contains("this migration of QEMU is not complete: it ends after 20000000 bytes"),
        run.err());
    assertEquals(0, relayed(half, "--once", "-q", "--no-check").status());
  }

  /** As QEMU 7.2 ends a channel for pages: one that says SYNC, and an empty one behind it. */
  private static CommandRun pageChannelWithItsEndUnread(String... options) throws Exception {
    int packetBytes = 320;
    ByteBuffer channel = ByteBuffer.allocate(64 + 2 * packetBytes);
    channel.putInt(0, 0x11223344).putInt(4, 1);
    for (int at = 64; at < channel.limit(); at += packetBytes) {
      channel.putInt(at, 0x11223344).putInt(at + 4, 1);
    }
    channel.putInt(64 + 8, 1);
    RunningRelay relay = new RunningRelay(options);
    try (TransportChannel client = relay.client();
        TransportChannel peer = relay.peer()) {
      RunningRelay.send(client, channel.array());
      client.shutdown(Direction.WRITE);
      assertEquals(channel.capacity(), RunningRelay.receive(peer));
      peer.abort();
      return relay.await();
    }
  }

  @Test
  void pageChannel_whoseReaderLeavesItsLastEmptyPacket_isGood() throws Exception {
    CommandRun json = pageChannelWithItsEndUnread("--once", "--json");
    assertEquals(0, json.status(), json.err());
    Map<String, ?> closed = event(json, "closed");
    assertEquals(0L, closed.get("code"));
    assertEquals(true, closed.get("left_early"));
    assertEquals(0L, event(json, "summary").get("failed_connections"));

    CommandRun text = pageChannelWithItsEndUnread("--once");
    assertTrue(text.err().contains(", the receiver left before the end\n"), text.err());
    assertEquals(6, pageChannelWithItsEndUnread("--once", "--no-check").status());
  }

  @Test
  void quiet_saysNothing() throws Exception {
    RunningRelay relay = new RunningRelay("--once", "-q");
    talk(relay, 1, 1);

    assertEquals(new CommandRun(0, "", ""), relay.await());
  }

  @Test
  void maxConnections_endsAfterSoMany() throws Exception {
    RunningRelay relay = new RunningRelay("--max-connections=3", "--json");
    for (int count = 1; count <= 3; count++) {
      talk(relay, count, count);
    }
    CommandRun run = relay.await();

    assertEquals(0, run.status(), run.err());
    Map<String, ?> summary = event(run, "summary");
    assertEquals(3L, summary.get("connections"));
    assertEquals(6L, summary.get("forward_bytes"));
    assertEquals(6L, summary.get("backward_bytes"));
    assertEquals(0L, summary.get("active_connections"));
  }

  @Test
  void json_tellsItAll_andEndsWithTheSummary() throws Exception {
    RunningRelay relay = new RunningRelay("--once", "--json");
    talk(relay, 1000, 20);
    CommandRun run = relay.await();

    assertEquals(
        List.of(
            "listening",
            "connected",
            "connected",
            "half-closed",
            "half-closed",
            "closed",
            "summary"),
        types(run).stream().filter(type -> !type.equals("progress")).toList());
    Map<String, ?> closed = event(run, "closed");
    assertEquals(1L, closed.get("connection"));
    assertEquals(0L, closed.get("code"));
    assertEquals(false, closed.get("left_early"));
    assertEquals(1000L, closed.get("forward_bytes"));
    assertEquals(20L, closed.get("backward_bytes"));
    assertEquals("incoming", event(run, "half-closed").get("leg"));
  }

  @Test
  void connectionThatCannotGoOn_isToldAtOnce_andDecidesOnTheStatus() throws Exception {
    RunningRelay relay = new RunningRelay("--once", "--json");
    relay.refuse();
    try (TransportChannel client = relay.client()) {
      assertThrows(IOException.class, () -> RunningRelay.receive(client));
    }
    CommandRun run = relay.await();

    assertEquals(3, run.status(), run.err());
    assertEquals(List.of("listening", "connected", "closed", "summary", "error"), types(run));
    Map<String, ?> closed = event(run, "closed");
    assertEquals(3L, closed.get("code"));
    assertEquals("unreachable", closed.get("kind"));
    assertEquals("outgoing", closed.get("leg"));
    assertEquals(RunningRelay.OUT, closed.get("address"));
    Map<String, ?> error = event(run, "error");
    assertEquals(3L, error.get("code"));
    assertEquals("outgoing", error.get("leg"));
    assertEquals(3L, event(run, "summary").get("code"));
    assertTrue(run.err().contains("connection 1 failed: nobody listens on"), run.err());
    assertEquals(1, run.err().lines().filter(line -> line.startsWith("sluice: ")).count());
    assertFalse(run.err().contains("left:"), run.err());
  }

  @Test
  void abandonedConnection_isNoSuccess_alsoAmongOthers_andNamesSideAndBytes() throws Exception {
    RunningRelay relay = new RunningRelay("--max-connections=2", "--json");
    try (TransportChannel client = relay.client();
        TransportChannel peer = relay.peer()) {
      RunningRelay.send(client, new byte[10]);
      assertEquals(10, peer.read(java.nio.ByteBuffer.allocate(10)));
      client.abort();
      assertThrows(IOException.class, () -> RunningRelay.receive(peer));
    }
    talk(relay, 5, 5);
    CommandRun run = relay.await();

    assertEquals(5, run.status(), run.err());
    Map<String, ?> error = event(run, "error");
    assertEquals("incoming", error.get("leg"));
    assertEquals(10L, error.get("bytes"));
    assertTrue(
        String.valueOf(error.get("message")).startsWith("1 of 2 connections failed, the first: "),
        run.out());
    assertTrue(run.err().contains("incoming sluice.memory:in, after 10 bytes forward"), run.err());
    assertEquals(15L, event(run, "summary").get("forward_bytes"));
  }

  @Test
  void progress_isToldEachSecond_whileSomebodyIsConnected() throws Exception {
    RunningRelay relay = new RunningRelay("--once", "--json", "--deadline=2500ms");
    try (TransportChannel client = relay.client();
        TransportChannel peer = relay.peer()) {
      RunningRelay.send(client, new byte[10]);
      assertThrows(IOException.class, () -> RunningRelay.receive(peer));
    }
    CommandRun run = relay.await();

    assertEquals(10, run.status(), run.err());
    Map<String, ?> progress = event(run, "progress");
    assertEquals(1L, progress.get("active_connections"));
    assertEquals(10L, progress.get("forward_bytes"));
    // A busy machine tells it late, so there were fewer in a second.
    long rate = (Long) Objects.requireNonNull(progress.get("bytes_per_second"));
    assertTrue(rate > 0 && rate <= 10, () -> "rate " + rate);
    assertEquals(List.of("summary", "error"), types(run).reversed().subList(0, 2).reversed());
  }

  @Test
  void acceptTimeout_endsARelayThatNobodyComesTo_withTen() throws Exception {
    CommandRun run = new RunningRelay("--accept-timeout=100ms", "--json").await();

    assertEquals(10, run.status(), run.err());
    assertEquals(List.of("listening", "summary", "error"), types(run));
    assertEquals("incoming", event(run, "error").get("leg"));
  }

  @Test
  void rateFile_changesTheRate_whileBytesFlow() throws Exception {
    Path rate = Files.writeString(folder.resolve("rate"), "1");
    RunningRelay relay = new RunningRelay("--once", "--json", "--rate-file=" + rate);
    try (TransportChannel client = relay.client();
        TransportChannel peer = relay.peer()) {
      RunningRelay.send(client, new byte[10_000]);
      client.shutdown(Direction.WRITE);
      peer.shutdown(Direction.WRITE);
      Files.writeString(rate, "");
      // At a byte a second it would take hours.
      assertEquals(10_000, RunningRelay.receive(peer));
    }
    CommandRun run = relay.await();

    assertEquals(0, run.status(), run.err());
    assertTrue(event(run, "rate").containsKey("bytes_per_second"));
  }

  @Test
  void metrics_areServed_whereItIsTold() throws Exception {
    RunningRelay relay = new RunningRelay("--once", "--json", "--metrics=127.0.0.1:0");
    talk(relay, 1, 1);
    CommandRun run = relay.await();

    assertEquals("metrics", types(run).getFirst());
    assertTrue(
        String.valueOf(event(run, "metrics").get("url"))
            .matches("http://127\\.0\\.0\\.1:[1-9]\\d*/metrics"),
        run.out());
  }

  @ParameterizedTest
  @CsvSource({
    "stub:data, stub:sink, 2, copy",
    "stub:data, stub.gone:, 2, copy",
    "stbu:data, stub:sink, 2, stub",
    "-, -, 2, scheme",
  })
  void sidesThatCannotBeRelayed_areUsageErrors(String from, String to, int status, String word) {
    CommandRun run = CommandRun.of(new StubTransport(), "relay", from, to);

    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().contains(word), run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--rate=0",
        "--max-connections=0",
        "--max-connections=many",
        "--grace=0s",
        "--grace=soon",
        "--idle-timeout=10",
        "--handshake-timeout=soon",
        "--metrics=9464",
        "--ready-fd=1",
        "--ready-fd=100000",
        "--ready-fd=x",
        "--rate-file=/nowhere/rate",
      })
  void badValue_isAUsageError_thatNamesTheOption(String option) {
    CommandRun run = CommandRun.of(new StubTransport(), "relay", option, "stub:x", "stub:y");

    assertEquals(2, run.status(), run.err());
    String name = option.substring(0, option.indexOf('='));
    assertTrue(
        run.err().contains(name) || run.err().contains(name.replace("--", "").replace('-', ' ')),
        run.err());
    assertEquals(2, run.err().lines().count(), run.err());
  }

  @Test
  void rateAndRateFile_contradict() throws Exception {
    Path rate = Files.writeString(folder.resolve("rate"), "1");
    CommandRun run =
        CommandRun.of(
            new StubTransport(), "relay", "--rate=1", "--rate-file=" + rate, "stub:x", "stub:y");

    assertEquals(2, run.status(), run.err());
  }

  @Test
  void metricsForOthers_areRefusedByPolicy() {
    CommandRun run =
        CommandRun.of(new StubTransport(), "relay", "--metrics=0.0.0.0:0", "stub:x", "stub:y");

    assertEquals(14, run.status(), run.err());
  }

  @Test
  void everyLine_hasTypeAndTimes() throws Exception {
    RunningRelay relay = new RunningRelay("--once", "--json");
    talk(relay, 1, 1);
    for (String line : relay.await().outLines()) {
      Map<String, ?> event = JsonText.object(line);
      assertTrue(
          Stream.of("type", "t", "elapsed_ms").map(event::get).allMatch(Objects::nonNull), line);
    }
  }
}
