package dev.sluice.cli.copy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cli.CommandRun;
import dev.sluice.cli.JsonText;
import dev.sluice.cli.StubTransport;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CopyCommandTest {
  private final StubTransport transport = new StubTransport();

  private CommandRun copy(String... arguments) {
    String[] line = new String[arguments.length + 1];
    line[0] = "copy";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return CommandRun.of(transport, line);
  }

  @Test
  void copy_deliversAndSumsUp() {
    CommandRun run = copy("stub:data", "stub:sink");

    assertEquals(0, run.status(), run.err());
    assertArrayEquals(StubTransport.DATA, transport.received());
    assertTrue(run.err().matches("copied 12 bytes in [0-9.]+ s, [^,]+/s\n"), run.err());
    assertEquals("", run.out());
  }

  @Test
  void digest_isInTheLastLine() {
    CommandRun run = copy("--digest", "crc32c", "stub:data", "stub:sink");

    assertTrue(run.err().endsWith(", crc32c " + crc32c() + "\n"), run.err());
  }

  private static String crc32c() {
    java.util.zip.CRC32C sum = new java.util.zip.CRC32C();
    sum.update(StubTransport.DATA);
    return "%08x".formatted(sum.getValue());
  }

  @Test
  void quiet_printsNothing() {
    CommandRun run = copy("-q", "stub:data", "stub:sink");

    assertEquals(new CommandRun(0, "", ""), run);
  }

  @Test
  void quiet_stillPrintsErrors() {
    CommandRun run = copy("-q", "stub:data", "stub:refused");

    assertEquals(3, run.status());
    assertTrue(run.err().startsWith("sluice: stub:refused refuses\n"), run.err());
  }

  @ParameterizedTest
  @CsvSource({
    "stub:data, stub:refused, 3",
    "stub:broken, stub:sink, 5",
    "stub:data, stub:full, 6",
    "stub:bug, stub:sink, 1",
    "stub:data, stub.gone:, 11",
    "stbu:data, stub:sink, 2",
    "'stub:data,lod', stub:sink, 2",
    "'stub:data,loud', stub:sink, 2",
    "'stub:data,wait=x', stub:sink, 2",
    "data, stub:sink, 2",
  })
  void failure_hasItsStatus_andOneCard(String incoming, String outgoing, int status) {
    CommandRun run = copy(incoming, outgoing);

    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().startsWith("sluice: "), run.err());
    long lines = run.err().lines().count();
    assertTrue(lines >= 1 && lines <= 4, run.err());
    assertFalse(run.err().contains("\tat "), run.err());
    assertEquals("", run.out());
  }

  @Test
  void failedWrite_saysWhatWasLeft() {
    CommandRun run = copy("stub:data", "stub:full");

    assertEquals(
        """
        sluice: no space left
          hint:  make room
          left:  half a file
          where: outgoing stub:full, before the first byte
        """,
        run.err());
  }

  @Test
  void verbose_showsTheTrace_beforeTheCard() {
    CommandRun run = copy("-v", "stub:broken", "stub:sink");

    assertTrue(run.err().contains("\tat "), run.err());
    assertTrue(
        run.err().endsWith("  where: incoming stub:broken, before the first byte\n"), run.err());
  }

  @Test
  void json_tellsItAll_andEndsWithTheSummary() throws IOException {
    CommandRun run = copy("--json", "--digest=crc32c", "stub:data", "stub:sink");

    assertEquals(0, run.status(), run.err());
    List<Object> types = new ArrayList<>();
    for (String line : run.outLines()) {
      types.add(JsonText.object(line).get("type"));
    }
    assertEquals(List.of("connected", "connected", "summary"), types);
    Map<String, ?> summary = JsonText.object(run.outLines().getLast());
    assertEquals(12L, summary.get("bytes"));
    assertEquals("crc32c", summary.get("digest_algorithm"));
    assertEquals(crc32c(), summary.get("digest"));
    assertTrue(summary.get("duration_ms") instanceof Long);
    assertTrue(summary.get("bytes_per_second") instanceof Long);
  }

  @Test
  void streamToTheFileOfStandardOutput_withoutJson_isNobodysBusiness() {
    CommandRun run = copy("stub:data", "stub:" + CommandRun.OUT);

    assertTrue(run.err().contains("no such stub"), run.err());
  }

  @Test
  void failureOfTheIncomingSide_namesTheBoundAddress() throws IOException {
    CommandRun run = copy("--json", "--accept-timeout=100ms", "stub:any-port", "stub:sink");

    assertEquals(10, run.status(), run.err());
    assertTrue(run.err().contains("  where: incoming stub:port-7, before"), run.err());
    assertTrue(run.err().contains("nobody came to stub:port-7 within"), run.err());
    assertEquals("stub:port-7", JsonText.object(run.outLines().getLast()).get("address"));
  }

  @Test
  void json_beforeBothSidesAreOpen_tellsNoProgress() {
    CommandRun run = copy("--json", "--accept-timeout=1200ms", "stub:any-port", "stub:sink");

    assertEquals(10, run.status(), run.err());
    assertFalse(run.out().contains("\"progress\""), run.out());
  }

  @Test
  void json_connected_namesTheLeg() throws IOException {
    CommandRun run = copy("--json", "stub:data", "stub:sink");

    assertEquals("outgoing", JsonText.object(run.outLines().get(0)).get("leg"));
    assertEquals("incoming", JsonText.object(run.outLines().get(1)).get("leg"));
  }

  @ParameterizedTest
  @CsvSource({
    "stub:data, stub:full, 6, io, outgoing, half a file",
    "stub:broken, stub:sink, 5, reset, incoming,",
    "stub:data, stub:refused, 3, unreachable, outgoing,",
    "stub:bug, stub:sink, 1, bug, incoming,",
    "stub:data, stub.gone:, 11, unavailable, outgoing,",
    "stub:data, stbu:x, 2, address, ,",
    "nothing, stub:sink, 2, address, ,",
    "stub:data, -, 2, usage, ,",
    "stub:data, stub:/standard/output, 2, usage, ,",
  })
  void json_error_isTheLastLine(
      String incoming, String outgoing, int code, String kind, String leg, String left)
      throws IOException {
    CommandRun run = copy("--json", incoming, outgoing);

    assertEquals(code, run.status());
    Map<String, ?> error = JsonText.object(run.outLines().getLast());
    assertEquals("error", error.get("type"));
    assertEquals((long) code, error.get("code"));
    assertEquals(kind, error.get("kind"));
    assertEquals(leg, error.get("leg"));
    assertEquals(left, error.get("left"));
    assertEquals(0L, error.get("bytes"));
  }

  @Test
  void json_everyLine_hasTypeAndTimes() throws IOException {
    for (String line : copy("--json", "stub:data", "stub:full").outLines()) {
      Map<String, ?> event = JsonText.object(line);
      assertTrue(event.get("type") instanceof String, line);
      assertTrue(event.get("elapsed_ms") instanceof Long, line);
      Instant.parse(String.valueOf(event.get("t")));
    }
  }

  @Test
  void json_withoutDigest_hasNullForIt() throws IOException {
    Map<String, ?> summary =
        JsonText.object(copy("--json", "stub:data", "stub:sink").outLines().getLast());

    assertTrue(summary.containsKey("digest"));
    assertNull(summary.get("digest"));
  }

  @Test
  void rate_limits() {
    long start = System.nanoTime();

    CommandRun run = copy("--rate", "24", "stub:data", "stub:sink");

    assertEquals(0, run.status(), run.err());
    // 12 bytes at 24 a second; the first step is free.
    assertTrue(System.nanoTime() - start > 300_000_000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--rate=0",
        "--rate=fast",
        "--digest=md5",
        "--deadline=0s",
        "--idle-timeout=10",
        "--stall-timeout=-1s",
        "--connect-timeout=soon",
        "--accept-timeout=",
        "--progress=often",
      })
  void badValue_isAUsageError_thatNamesTheOption(String option) {
    CommandRun run = copy(option, "stub:data", "stub:sink");

    assertEquals(2, run.status(), run.err());
    assertTrue(run.err().contains(option.substring(0, option.indexOf('='))), run.err());
    assertEquals(2, run.err().lines().count(), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--idle-timeout=200ms", "--deadline=200ms"})
  void timer_endsASilentCopy_withTen(String option) {
    CommandRun run = copy(option, "stub:silent", "stub:sink");

    assertEquals(10, run.status(), run.err());
    assertTrue(run.err().contains("200 ms"), run.err());
  }
}
