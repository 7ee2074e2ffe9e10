package dev.sluice.tck.conformance;

import static dev.sluice.tck.conformance.Reports.failed;
import static dev.sluice.tck.conformance.Reports.passed;
import static dev.sluice.tck.conformance.Reports.skipped;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The verdicts of rules. */
@Timeout(10)
class ReportTest {
  private static Map<String, Verdict> verdicts(Result... results) {
    return Reports.of(results).rules().stream()
        .collect(Collectors.toMap(each -> each.rule().id(), RuleResult::verdict));
  }

  @Test
  void ruleWithoutATest_wasNotRun_orIsNotTested() {
    assertEquals(
        Map.of("CH-1.1", Verdict.NOT_RUN, "CH-1.2", Verdict.NOT_TESTED, "CH-2.1", Verdict.NOT_RUN),
        verdicts());
  }

  @Test
  void oneFailure_failsTheRule_oneSuccess_outweighsWhatDoesNotApply() {
    Map<String, Verdict> verdicts =
        verdicts(
            passed("CH-1.1"),
            failed("CH-1.1", "no"),
            skipped("CH-1.1", "x"),
            skipped("CH-2.1", "x"),
            passed("CH-2.1"));
    assertEquals(Verdict.FAILED, verdicts.get("CH-1.1"));
    assertEquals(Verdict.PASSED, verdicts.get("CH-2.1"));
    assertEquals(Verdict.NOT_APPLICABLE, verdicts(skipped("CH-2.1", "no feature")).get("CH-2.1"));
  }

  @Test
  void groups_areInTheOrderOfThePage() {
    Report report = Reports.of(passed("CH-2.1"), passed("CH-1.1"));
    assertEquals(List.of("1 First", "2 Second"), List.copyOf(report.groups().keySet()));
    assertEquals(
        List.of("CH-1.1", "CH-1.2"),
        report.groups().firstEntry().getValue().stream().map(each -> each.rule().id()).toList());
    assertEquals(2, report.count(Verdict.PASSED));
    assertEquals(1, report.count(Verdict.NOT_TESTED));
  }

  @Test
  void otherName_leavesTheRest() {
    Report report = Reports.of(passed("CH-1.1"));
    assertEquals(new Report("tcp", report.seed(), report.rules()), report.named("tcp"));
  }
}
