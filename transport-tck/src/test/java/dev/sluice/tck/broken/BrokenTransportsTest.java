package dev.sluice.tck.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sluice.api.ChannelFeature;
import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.conformance.Conformance;
import dev.sluice.tck.conformance.Report;
import dev.sluice.tck.conformance.Rule;
import dev.sluice.tck.conformance.RuleResult;
import dev.sluice.tck.conformance.Verdict;
import dev.sluice.tck.fixture.TransportFixture;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * Each defect is found, by the rules that it breaks and no others.
 *
 * <p>Many at once, because the kit waits more than it works; but the rule about leaks counts what
 * this whole process has: {@link LeakyTransportsTest} is about that.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class BrokenTransportsTest {
  static final ScopedValue<Defect> DEFECT = ScopedValue.newInstance();

  private static final String ALL_THAT_READ =
      """
      CH-1.1 CH-1.2 CH-1.3 CH-1.5 CH-1.6 CH-2.1 CH-2.2 CH-2.3 CH-2.5 CH-2.7 CH-2.8
      CH-3.1 CH-3.2 CH-3.3 CH-3.6 CH-3.7 CH-4.1 CH-4.2 CH-4.3 CH-4.4 CH-4.5 CH-5.1
      CH-5.2 CH-5.3 CH-5.5 CH-6.1 CH-6.2 CH-6.4 CH-6.5 CH-6.7 CH-7.1 CH-7.2 CH-7.5
      CH-7.7 CH-7.9 CH-8.1 CH-8.2 CH-8.3 CH-8.4 CH-8.5 CH-8.6 CH-8.7 CH-10.1 CH-10.3
      CH-10.5 CH-12.5 CH-12.6 CH-13.1 CH-13.2 CH-13.3 CH-13.4 CH-13.5 CH-13.6 CH-15.4
      CH-15.7 CH-15.8 CH-15.9\
      """;

  /** Those that make the kit wait for long stand first, so that the others run meanwhile. */
  private static final List<Case> CASES =
      List.of(
          new Case(
              "a shutdown wakes nobody",
              () -> ShutdownDefects::wakingNobody,
              "CH-1.4",
              "CH-5.5",
              "CH-6.1",
              "CH-6.2",
              "CH-6.3",
              "CH-6.4",
              "CH-6.5",
              "CH-10.5"),
          new Case("close blocks", () -> EndDefects::blockingOnClose, "CH-7.2", "CH-10.5"),
          new Case(
              "an abort wakes nobody",
              AbortWakingNobody::new,
              "CH-5.3",
              "CH-7.8",
              "CH-8.3",
              "CH-8.5",
              "CH-8.6"),
          new Case(
              "connect serves one caller at a time", OneCallerAtATime::new, "CH-15.4", "CH-15.8"),
          new Case(
              "a close wakes nobody",
              CloseWakingNobody::new,
              "CH-5.3",
              "CH-7.6",
              "CH-8.3",
              "CH-8.5",
              "CH-8.6"),
          new Case("none", () -> Defect.NONE),
          listener(
              "a listener says that it awaits nobody",
              ListenerDefects::awaitingNobody,
              "CH-15.6",
              "CH-15.9",
              "CH-15.10",
              "CH-15.11"),
          listener("a listener leaves a file", ListenerDefects::leavingAFile, "CH-15.9"),
          listener(
              "accept gives a channel twice", ListenerDefects::givingTwice, "CH-15.4", "CH-15.8"),
          new Case("the limit is ignored", () -> TransferDefects::ignoringTheLimit, "CH-2.3"),
          new Case(
              "positions are moved wrongly",
              () -> TransferDefects::movingPositionsWrongly,
              "CH-2.3",
              "CH-2.7"),
          new Case(
              "read-only targets are read into",
              () -> TransferDefects::readingIntoReadOnlyTargets,
              "CH-2.5"),
          new Case("the offset is ignored", () -> TransferDefects::ignoringTheOffset, "CH-4.2"),
          new Case(
              "a byte is corrupted",
              () -> TransferDefects::corruptingAByte,
              "CH-2.3",
              "CH-2.7",
              "CH-2.8",
              "CH-3.1",
              "CH-3.3",
              "CH-3.6",
              "CH-3.7",
              "CH-5.1",
              "CH-5.5",
              "CH-6.4",
              "CH-6.7",
              "CH-7.1",
              "CH-7.2",
              "CH-7.9",
              "CH-8.1"),
          new Case(
              "0 in blocking mode",
              () -> TransferDefects::returningZeroInBlockingMode,
              ALL_THAT_READ.split("\\s+", -1)),
          new Case(
              "a half-close closes both directions",
              () -> ShutdownDefects::closingBothDirections,
              "CH-5.5",
              "CH-6.7"),
          new Case(
              "a shutdown loses the tail",
              () -> ShutdownDefects::losingTheTail,
              "CH-5.5",
              "CH-6.4"),
          new Case(
              "an abort looks like an end",
              () -> EndDefects::abortingLikeAnEnd,
              "CH-7.3",
              "CH-7.5",
              "CH-12.5",
              "CH-12.6"),
          new Case("close behind abort complains", () -> EndDefects::complaining, "CH-1.3"),
          new Case(
              "an ended channel moves nothing",
              () -> TransferDefects::movingNothingBehindTheEnd,
              "CH-1.4"),
          new Case(
              "a feature is declared and absent",
              () -> FeatureDefects::lying,
              "CH-13.2",
              "CH-13.5"),
          new Case("a thread is left behind", LeakedThreads::new, "CH-1.2"),
          new Case("a descriptor is left behind", LeakedDescriptors::new, "CH-1.2"));

  record Case(String name, Supplier<Defect> defect, Set<String> rules) {
    Case(String name, Supplier<Defect> defect, String... rules) {
      this(name, defect, Set.of(rules));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Case listener(String name, AtListening.Change change, String... rules) {
    return new Case(name, () -> new AtListening(change), rules);
  }

  /** Not found by itself: its name ends otherwise. */
  static final class Candidate extends TransportContractTest {
    @Override
    protected TransportFixture fixture() {
      return TransportFixture.of(
              new BrokenTransport(DEFECT.get()), MemoryTransport.SCHEME + ":{dir}")
          .features(
              ChannelFeature.SHUTDOWN,
              ChannelFeature.DUPLEX,
              ChannelFeature.RESET,
              ChannelFeature.NON_BLOCKING)
          .unregistered()
          .unreachable(MemoryTransport.SCHEME + ":nobody");
    }
  }

  /** The rule about what is left behind. */
  static final String LEAKS = "CH-1.2";

  private static final List<String> LEAK_TESTS =
      List.of("ch1_2_", "ch15_4_connectThatFails_leavesNothingOpen");

  static List<Case> cases() {
    return CASES;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void defect_isFound_byExactlyTheRulesThatItBreaks(Case each) throws IOException {
    Set<String> expected = new TreeSet<>(each.rules());
    expected.remove(LEAKS);
    assertEquals(expected, broken(Candidate.class, each, test -> !isAboutLeaks(test)));
  }

  /**
   * Returns the rules that the kit finds broken.
   *
   * @param test the kit, on a transport with the defect
   * @param tried whether to try a test of this name
   */
  static Set<String> broken(
      Class<? extends TransportContractTest> test, Case each, Predicate<String> tried)
      throws IOException {
    AtomicReference<Report> report = new AtomicReference<>();
    try (Defect defect = each.defect().get()) {
      run(test, defect, tried, report::set);
    }
    return report.get().rules().stream()
        .filter(rule -> rule.verdict() == Verdict.FAILED)
        .map(RuleResult::rule)
        .map(Rule::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void run(
      Class<? extends TransportContractTest> test,
      Defect defect,
      Predicate<String> tried,
      Consumer<Report> receiver) {
    ScopedValue.where(DEFECT, defect)
        .where(Conformance.RECEIVER, receiver)
        .run(
            () ->
                EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(test))
                    .filters((PostDiscoveryFilter) found -> only(tried, found))
                    .configurationParameter("sluice.tck.timeScale", "0.5")
                    .configurationParameter("sluice.tck.seed", "1")
                    .execute());
  }

  private static FilterResult only(Predicate<String> tried, TestDescriptor test) {
    boolean isRule = test.getDisplayName().startsWith("ch");
    return FilterResult.includedIf(!isRule || tried.test(test.getDisplayName()));
  }

  /** Returns whether a test counts the process's threads and descriptors. */
  static boolean isAboutLeaks(String test) {
    return LEAK_TESTS.stream().anyMatch(test::startsWith);
  }
}
