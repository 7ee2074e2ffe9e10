package dev.sluice.tck.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What became of each rule in one run against one transport.
 *
 * @param transport the address of the fixture, or the name of the test class
 * @param seed of the run
 * @param rules in the order of the contract
 */
public record Report(String transport, long seed, List<RuleResult> rules) {
  /** Copies the list. */
  public Report {
    rules = List.copyOf(rules);
  }

  static Report of(String transport, long seed, Specification specification, List<Result> results) {
    return new Report(
        transport,
        seed,
        specification.rules().stream().map(rule -> RuleResult.of(rule, results)).toList());
  }

  /**
   * Returns this report of a transport by another name.
   *
   * @param name of the transport
   */
  public Report named(String name) {
    return new Report(name, seed, rules);
  }

  /** Returns the rules by the heading they stand under, in the order of the contract. */
  public SequencedMap<String, List<RuleResult>> groups() {
    SequencedMap<String, List<RuleResult>> groups = new LinkedHashMap<>();
    for (RuleResult each : rules) {
      groups.computeIfAbsent(each.rule().group(), _ -> new ArrayList<>()).add(each);
    }
    return groups;
  }

  /**
   * Returns how many rules have a verdict.
   *
   * @param verdict which
   */
  public long count(Verdict verdict) {
    return rules.stream().filter(each -> each.verdict() == verdict).count();
  }
}
