package dev.sluice.tck.tool;

import dev.sluice.tck.conformance.Report;
import dev.sluice.tck.conformance.Result;
import dev.sluice.tck.conformance.RuleResult;
import dev.sluice.tck.conformance.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A report on a terminal: the verdict of each group, then each failure in full. */
final class ReportText {
  /** Where one rule was asked for, nothing is told of the groups of others. */
  private static final Set<Verdict> TRIED =
      EnumSet.of(Verdict.PASSED, Verdict.FAILED, Verdict.NOT_APPLICABLE);

  private final PrintWriter out;
  private final boolean quiet;
  private final boolean verbose;

  ReportText(PrintWriter out, boolean quiet, boolean verbose) {
    this.out = out;
    this.quiet = quiet;
    this.verbose = verbose;
  }

  void print(String address, Report report) {
    if (!quiet) {
      out.println(address + ", seed " + report.seed());
      report.groups().forEach(this::printGroup);
    }
    report.rules().stream()
        .flatMap(rule -> rule.results().stream())
        .filter(result -> result.verdict() == Verdict.FAILED)
        .forEach(this::printFailure);
    long failed = report.count(Verdict.FAILED);
    if (failed > 0) {
      out.println(address + " breaks " + failed + (failed == 1 ? " rule" : " rules"));
    } else if (!quiet) {
      out.println(address + ": no rule was found broken");
    }
  }

  private void printGroup(String group, List<RuleResult> rules) {
    if (rules.stream().noneMatch(rule -> TRIED.contains(rule.verdict()))
        && rules.stream().anyMatch(rule -> rule.verdict() == Verdict.NOT_RUN)) {
      return;
    }
    List<String> counts = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      long count = rules.stream().filter(rule -> rule.verdict() == verdict).count();
      if (count > 0) {
        counts.add(count + " " + verdict.words());
      }
    }
    out.println(String.format(Locale.ROOT, "  %-34s %s", group, String.join(", ", counts)));
    if (verbose) {
      rules.forEach(this::printRule);
    }
  }

  private void printRule(RuleResult rule) {
    String why =
        switch (rule.verdict()) {
          case NOT_TESTED -> ": " + rule.rule().notTested().orElse("");
          case NOT_APPLICABLE -> ": " + rule.results().getFirst().detail();
          default -> "";
        };
    out.println("    " + rule.rule().id() + " " + rule.verdict().words() + why);
  }

  private void printFailure(Result failure) {
    out.println();
    out.println(failure.test());
    failure.detail().lines().forEach(line -> out.println("  " + line));
    out.println();
  }
}
