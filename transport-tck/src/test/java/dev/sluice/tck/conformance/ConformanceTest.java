package dev.sluice.tck.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sluice.api.ChannelFeature;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.TransportFixture;
import dev.sluice.tck.memory.MemoryTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** What applies to a transport, what parameters do, and what is handed over at the end. */
@Timeout(30)
class ConformanceTest {
  @TempDir private Path folder;

  /** A transport with SHUTDOWN and RESET. */
  @ExtendWith(Conformance.class)
  abstract static class Sample implements Subject {
    @Override
    public TransportFixture fixture() {
      return TransportFixture.of(new MemoryTransport(), MemoryTransport.SCHEME + ":x")
          .features(ChannelFeature.SHUTDOWN, ChannelFeature.RESET);
    }
  }

  // Not found by themselves: their names end otherwise. JUnit wants them to be visible.
  static final class Methods extends Sample {
    @Test
    void ch1_1_forAll() {}

    @Test
    @Needs({ChannelFeature.SHUTDOWN, ChannelFeature.RESET})
    void ch1_2_needsWhatIsThere() {}

    @Test
    @Needs({ChannelFeature.SHUTDOWN, ChannelFeature.DUPLEX})
    void ch1_3_needsMore() {}

    @Test
    @Lacks(ChannelFeature.DUPLEX)
    void ch1_4_lacksWhatIsAbsent() {}

    @Test
    @Lacks(ChannelFeature.RESET)
    void ch1_5_lacksWhatIsThere() {}

    @Test
    @OnlyOn(Medium.LIVE)
    void ch1_6_live() {}

    @Test
    @OnlyOn(Medium.STORED)
    void ch1_8_stored() {}

    @Test
    void ch2_1_findsOutByItself() {
      Assumptions.abort("it is dark");
    }

    @Test
    void ch99_1_ofNoRule() {}
  }

  @Needs(ChannelFeature.DUPLEX)
  static final class Group extends Sample {
    @Test
    void ch1_1_asTheGroup() {}

    @Test
    @Needs(ChannelFeature.RESET)
    void ch1_2_decidesForItself() {}
  }

  static final class Failing extends Sample {
    @Test
    void ch1_1_fails(Run run) {
      throw new IllegalStateException("scale " + run.timeScale());
    }

    @Test
    void ch1_2_passes(Run run) {
      assertEquals(Duration.ofMillis(2500), run.second());
      assertEquals(Duration.ofMillis(250), run.quiet());
      assertEquals(run.random().nextLong(), run.random().nextLong(), "each starts anew");
    }

    @Test
    void ch1_3_runsUnderTheDeadline() {
      assertEquals("tck-test", Thread.currentThread().getName());
    }

    @Test
    void helper_ofNoRule_failsAsItIs() {
      throw new IllegalStateException("as it is");
    }
  }

  private record Ran(EngineExecutionResults events, Optional<Report> report) {
    Map<String, String> verdicts() {
      return report.orElseThrow().rules().stream()
          .flatMap(rule -> rule.results().stream())
          .collect(
              Collectors.toMap(
                  Result::ruleId,
                  result ->
                      result.verdict().words()
                          + (result.detail().isEmpty() ? "" : ": " + result.detail())));
    }

    List<String> failures() {
      return events.allEvents().failed().stream()
          .flatMap(event -> event.getPayload(TestExecutionResult.class).stream())
          .flatMap(result -> result.getThrowable().stream())
          .map(Throwable::getMessage)
          .map(String::valueOf)
          .toList();
    }
  }

  private static Ran run(Class<?> sample, String... parameters) {
    List<Report> reports = new ArrayList<>();
    EngineExecutionResults events =
        ScopedValue.where(Conformance.RECEIVER, reports::add)
            .call(() -> execute(sample, parameters));
    return new Ran(events, reports.stream().findFirst());
  }

  private static EngineExecutionResults execute(Class<?> sample, String... parameters) {
    EngineTestKit.Builder kit =
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(sample));
    Stream.of(parameters)
        .map(parameter -> parameter.split("=", 2))
        .forEach(pair -> kit.configurationParameter("sluice.tck." + pair[0], pair[1]));
    return kit.execute();
  }

  @Test
  void testsThatDoNotApply_areToldWithTheReason() {
    assertEquals(
        Map.of(
            "CH-1.1", "passed",
            "CH-1.2", "passed",
            "CH-1.3", "not applicable: DUPLEX is not declared",
            "CH-1.4", "passed",
            "CH-1.5", "not applicable: RESET is declared",
            "CH-1.6", "passed",
            "CH-1.8", "not applicable: the medium is not STORED",
            "CH-2.1", "not applicable: it is dark"),
        run(Methods.class).verdicts());
  }

  @Test
  void testsOwnCondition_takesThePlaceOfItsGroups() {
    assertEquals(
        Map.of("CH-1.1", "not applicable: DUPLEX is not declared", "CH-1.2", "passed"),
        run(Group.class).verdicts());
  }

  @Test
  void oneRule_runsAlone() {
    Ran ran = run(Methods.class, "rule=CH-1.4");
    assertEquals(Map.of("CH-1.4", "passed"), ran.verdicts());
    assertEquals(
        List.of("ch1_4_lacksWhatIsAbsent()"),
        ran.events().testEvents().started().stream()
            .map(Event::getTestDescriptor)
            .map(test -> test.getDisplayName())
            .toList());
    assertEquals(
        Verdict.NOT_RUN, ran.report().orElseThrow().rules().getFirst().verdict(), "CH-1.1");
  }

  /** Nothing would be run, and all be green. */
  @Test
  void ruleThatNobodyTests_isRefused() {
    List<String> absent = run(Methods.class, "rule=CH-99.1").failures();
    assertTrue(absent.getFirst().contains("sluice.tck.rule is CH-99.1"), absent::toString);
    List<String> untested = run(Methods.class, "rule=CH-7.10").failures();
    assertTrue(untested.getFirst().contains("it binds the documentation"), untested::toString);
  }

  @Test
  void failure_quotesTheRule_andTellsHowToRepeatIt() {
    Ran ran = run(Failing.class, "seed=42", "timeScale=2.5");
    String failure =
        ran.failures().stream().filter(text -> text.startsWith("CH-1.1 MUST")).findFirst().get();
    assertTrue(failure.contains("but: java.lang.IllegalStateException: scale 2.5"), failure);
    assertTrue(failure.contains("if this fails, check:\n    - "), failure);
    assertTrue(
        failure.endsWith(
            "repeat: mvn test -Dtest=Failing -Dsluice.tck.seed=42 -Dsluice.tck.rule=CH-1.1"),
        failure);
    assertEquals(42, ran.report().orElseThrow().seed());
    assertEquals("passed", ran.verdicts().get("CH-1.2"));
    assertEquals("passed", ran.verdicts().get("CH-1.3"));
    assertTrue(ran.failures().contains("as it is"), () -> ran.failures().toString());
  }

  @Test
  void command_thatRepeats_isTheCallers() {
    List<String> failures =
        run(Failing.class, "seed=7", "repeat=try {rule} with {seed}").failures();
    assertTrue(
        failures.stream().anyMatch(text -> text.endsWith("repeat: try CH-1.1 with 7")),
        failures::toString);
  }

  @Test
  void seed_isRandom_whereNoneIsGiven() {
    assertNotEquals(
        run(Methods.class).report().orElseThrow().seed(),
        run(Methods.class).report().orElseThrow().seed());
  }

  @Test
  void parameterThatCannotBeMeant_failsTheTests() {
    for (String wrong : List.of("timeScale=0", "timeScale=NaN", "timeScale=-1", "seed=x")) {
      List<String> failures = run(Failing.class, wrong).failures();
      String name = wrong.replaceAll("=.*", "");
      assertTrue(
          failures.stream().anyMatch(text -> text.contains("sluice.tck." + name)),
          () -> wrong + ": " + failures);
    }
  }

  @Test
  void report_goesToTheFolder_whereNobodyElseTakesIt() throws Exception {
    execute(Methods.class, "report=" + folder, "seed=5");
    assertTrue(Files.readString(folder.resolve("Methods.json")).contains("\"seed\":5"));
    assertTrue(Files.readString(folder.resolve("Methods.md")).contains("Seed 5."));
  }
}
