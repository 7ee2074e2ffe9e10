package dev.sluice.tck.conformance;

import java.util.List;

/**
 * What became of a rule.
 *
 * @param rule the rule
 * @param verdict FAILED if one of its tests failed, else PASSED if one passed
 * @param results of its tests
 */
public record RuleResult(Rule rule, Verdict verdict, List<Result> results) {
  /** Copies the list. */
  public RuleResult {
    results = List.copyOf(results);
  }

  static RuleResult of(Rule rule, List<Result> all) {
    List<Result> results = all.stream().filter(each -> each.ruleId().equals(rule.id())).toList();
    return new RuleResult(rule, verdict(rule, results), results);
  }

  private static Verdict verdict(Rule rule, List<Result> results) {
    for (Verdict verdict : List.of(Verdict.FAILED, Verdict.PASSED, Verdict.NOT_APPLICABLE)) {
      if (results.stream().anyMatch(each -> each.verdict() == verdict)) {
        return verdict;
      }
    }
    return rule.notTested().isPresent() ? Verdict.NOT_TESTED : Verdict.NOT_RUN;
  }
}
