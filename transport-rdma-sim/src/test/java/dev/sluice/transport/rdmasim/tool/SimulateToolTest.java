package dev.sluice.transport.rdmasim.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tool prints, what it ends with, and that a run can be repeated. */
@Timeout(60)
class SimulateToolTest {
  private static final int USAGE = 2;
  private static final int WRITE_FAILED = 6;

  @Test
  void help_fitsAScreen() {
    ToolRun help = ToolRun.of("--help").succeeded();
    assertTrue(help.out().lines().count() <= 24, help.out());
    assertTrue(help.out().lines().allMatch(line -> line.length() <= 80), help.out());
  }

  @Test
  void list_namesEveryPreset() {
    String list = ToolRun.of("--list").succeeded().out();
    LinkProfile.presets().forEach(preset -> assertTrue(list.contains(preset.name()), list));
  }

  @Test
  void list_tellsTheKeysOfEachFault() {
    String list = ToolRun.of("--list").succeeded().out();
    assertTrue(list.contains("  freeze             point by; link qp message "), list);
    assertTrue(list.contains("  partition          from to; link\n"), list);
    assertTrue(list.contains("  drop               link qp message "), list);
  }

  @Test
  void faultThatStrikesNothing_isToldOf() {
    String command =
        "--link metro100 --size 1MiB --seed 1 --fault drop:message=0,packet=1 --fault"
            + " drop:message=7";
    ToolRun run = ToolRun.of(command).succeeded();
    assertEquals("drop:message=7", run.find("warning +fault (.*) found nothing to strike"));
    assertFalse(run.out().contains("packet=1 found"), run.out());
    String json = ToolRun.of(command + " --json").succeeded().out();
    assertTrue(json.contains("\"missed_faults\":[\"drop:message=7\"]"), json);
  }

  @Test
  void faultThatStrikesNothingInASweep_isToldOfOnce() {
    String command =
        "--link metro100 --size 1MiB --seed 1 --sweep loss=1e-9..1e-8:2"
            + " --fault drop:message=7 --fault drop:packet=1";
    String told = ToolRun.of(command).succeeded().out();
    assertEquals(2, told.split("found nothing to strike", -1).length, told);
    assertTrue(told.contains("fault drop:message=7 found"), told);
    String json = ToolRun.of(command + " --json").succeeded().out();
    assertTrue(json.contains("\"missed_faults\":[\"drop:message=7\"]"), json);
  }

  @Test
  void quiet_saysNothing_butErrors() {
    assertEquals("", ToolRun.of("--link metro100 --size 1MiB -q").succeeded().out());
    ToolRun.of("--link nope -q").failed(USAGE, "nope");
  }

  @Test
  void list_isJson_whereThatIsAskedFor() throws IOException {
    String line = ToolRun.of("--list --json").succeeded().out();
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      JsonToken last = null;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        last = token;
      }
      assertEquals(JsonToken.END_OBJECT, last);
    }
    assertEquals(1, line.lines().count());
    assertTrue(line.contains("\"metro100\""), line);
  }

  @Test
  void messageOfMorePacketsThanCanBeNumbered_isAUsageError() {
    ToolRun run = ToolRun.of("--link metro100,mtu=1 --message 2GiB --size 2GiB");
    assertEquals(USAGE, run.code());
    assertTrue(run.err().contains("8388608 packets"), run.err());
  }

  @Test
  void moreVirtualTimeThanThereIs_isALimit() {
    ToolRun run = ToolRun.of("--link metro100,rate=1Mbit --size 1024TiB --message 1GiB --seed 1");
    assertEquals(12, run.code());
    assertTrue(run.err().contains("53 days"), run.err());
  }

  @Test
  void retries_areLimited() {
    ToolRun none = ToolRun.of("--link metro100,loss=1e-3 --size 1GiB --seed 1 --retries 0");
    assertEquals(WRITE_FAILED, none.code());
    ToolRun.of("--link metro100,loss=1e-3 --size 1GiB --seed 1 --retries 7,0").succeeded();
    assertEquals(USAGE, ToolRun.of("--link metro100 --retries 8").code());
  }

  /** 262144 packets of 4178 bytes at 100 Gb/s are 87.62 ms, and a round trip of 1 ms. */
  @Test
  void losslessTransfer_takesTheTimeOfItsPackets() {
    ToolRun run = ToolRun.of("--link metro100 --size 1GiB --seed 7").succeeded();
    assertEquals("88.62 ms", run.find("time +(.*) of virtual time"));
    assertEquals("96.93 Gbit/s, 96.9 %", run.find("goodput +(.*) of the rate"));
    assertEquals("262,144, of which 0 (0.0 %)", run.find("packets +(.*) are retransmissions"));
    assertEquals("0 were lost", run.find("retransmissions; (.*)"));
    assertEquals("0 time-outs, 0 credit stalls", run.find("stalls +(.*)"));
    assertEquals("87.62 ms", run.find("sending +([0-9.]+ ms)"));
    assertEquals("1.000 ms", run.find("waiting for the answer +([0-9.]+ ms)"));
  }

  /** Hours of a simulator that counts packets; here it is a matter of events. */
  @ParameterizedTest
  @CsvSource({"none,97.99", "1e-6,87."})
  void tebibyteAcrossAContinent_isSimulatedInSeconds(String loss, String gigabits) {
    ToolRun run =
        ToolRun.run("--link", "wan100-continent,loss=" + loss, "--seed", "1", "--message", "8MiB")
            .succeeded();
    assertTrue(run.find("goodput +(.*)").startsWith(gigabits), run::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "send", "stream"})
  void sameSeed_sameOutput_otherSeed_otherTrace(String mode) {
    String line = "--link roce100-dc-lossy,loss=1e-3 --size 256MiB --mode " + mode + " --seed ";
    ToolRun run = ToolRun.of(line + 5).succeeded();
    assertEquals(run, ToolRun.of(line + 5));
    assertNotEquals(
        run.find("trace +([0-9a-f]{16})"), ToolRun.of(line + 6).find("trace +([0-9a-f]{16})"));
  }

  @Test
  void seedThatWasChosen_isPrinted_andRepeats() {
    ToolRun run = ToolRun.of("--link metro100,loss=1e-4 --size 256MiB -v").succeeded();
    ToolRun repeated = run.repeated().succeeded();
    assertEquals(run.out(), repeated.out());
    assertTrue(repeated.out().contains("--seed " + run.find("seed ([0-9]+)")), run::toString);
  }

  @Test
  void failedTransfer_tellsSeedAndCommand_whichFailsAgain() {
    ToolRun run =
        ToolRun.of("--link metro100,loss=1e-3 --size 1GiB --fault partition:from=5ms,to=9s");
    run.failed(
        WRITE_FAILED, "transport retry counter exceeded", "of virtual time", "bytes", "seed ");
    assertEquals(run, run.repeated().failed(WRITE_FAILED));
  }

  @ParameterizedTest
  @CsvSource({
    "write,'crash:point=transmit,message=3',the sender's host crashed",
    "write,'crash:point=receive,message=3',transport retry counter exceeded",
    "stream,'crash:point=receive,message=3',transport retry counter exceeded",
    "write,qp-fatal:message=5,QUEUE_PAIR_FATAL",
    "send,cq-overflow,overran",
    "stream,fail-registration,cannot register",
    "send,'nak:message=7,code=remote-access',remote access error",
    "write,rnr:times=all,RNR NAKs",
  })
  void fault_endsTheTransfer(String mode, String fault, String word) {
    ToolRun.run(
            "--link",
            "metro100",
            "--size",
            "64MiB",
            "--mode",
            mode,
            "--fault",
            fault,
            "--seed",
            "1")
        .failed(WRITE_FAILED, word, "seed 1", "--fault " + fault);
  }

  static Stream<List<String>> wrong() {
    return Stream.of(
        List.of("--link nope", "nope", "wan100-continent", "ideal"),
        List.of("--link metro100,colour=1", "colour", "loss"),
        List.of("--link metro100,loss=much", "much"),
        List.of("--size 1GiB", "--link"),
        List.of("--link metro100 --size 0", "0 bytes"),
        List.of("--link metro100 --size much", "much"),
        List.of("--link metro100 --message 1TiB", "1099511627776"),
        List.of("--link metro100 --mode pigeon", "pigeon", "stream"),
        List.of("--link metro100 --fault flood", "flood", "drop"),
        List.of("--link metro100 --timeout-code 99", "--timeout-code '99'", "31"),
        List.of("--link metro100 --seed x", "x"),
        List.of("--link metro100 --sweep loss", "KEY=FROM..TO"),
        List.of("--link metro100 --sweep colour=1..2", "colour", "loss"),
        List.of("--link metro100 --sweep loss=1e-2..1e-6", "FROM"),
        List.of("--link metro100 --sweep rate=1Gbit..fast", "fast"),
        List.of("--link metro100 --plot curve.gif", "curve.gif", ".svg"),
        List.of("--link metro100 --sed 1", "--sed", "--seed"),
        List.of("--link metro100 surplus", "surplus"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void argumentsThatCannotBeMeant_areUsage(List<String> row) {
    String[] words = row.subList(1, row.size()).toArray(String[]::new);
    ToolRun plain = ToolRun.of(row.getFirst()).failed(USAGE, words);
    assertEquals("", plain.out());
    ToolRun json = ToolRun.of(row.getFirst() + " --json").failed(USAGE, words);
    assertTrue(json.out().startsWith("{\"type\":\"error\",\"code\":2,\"kind\":\"usage\""));
  }

  @Test
  void verbose_showsTheTrace() {
    assertTrue(ToolRun.of("--link nope -v").err().contains("\tat "));
  }

  @Test
  void json_isOneLineOfTheSameNumbers() throws IOException {
    ToolRun run =
        ToolRun.of("--link metro100,loss=1e-4 --size 256MiB --seed 3 --mode stream --json")
            .succeeded();
    assertEquals(1, run.out().lines().count(), run.out());
    Map<String, String> fields = fields(run.out());
    ToolRun text =
        ToolRun.of("--link metro100,loss=1e-4 --size 256MiB --seed 3 --mode stream").succeeded();
    assertEquals("summary", fields.get("type"));
    assertEquals("268435456", fields.get("bytes"));
    assertEquals(text.find("trace +([0-9a-f]{16})"), fields.get("trace"));
    assertEquals(text.find("packets +([0-9,]+)").replace(",", ""), fields.get("packets"));
    assertEquals(
        Long.parseLong(fields.getOrDefault("time_ns", "")),
        Stream.of(Use.values())
            .mapToLong(use -> Long.parseLong(fields.getOrDefault(use.field(), "")))
            .sum());
    assertFalse(text.out().contains("{"), text.out());
  }

  private static Map<String, String> fields(String line) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(line)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isScalarValue()) {
          fields.put(json.currentName(), json.getText());
        }
      }
    }
    return fields;
  }
}
