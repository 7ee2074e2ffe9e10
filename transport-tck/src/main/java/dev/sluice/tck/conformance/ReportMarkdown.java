package dev.sluice.tck.conformance;

import java.util.List;
import java.util.stream.Collectors;

/** A report to read: a table for each group, then each failure in full. */
final class ReportMarkdown {
  private ReportMarkdown() {}

  static String of(Report report) {
    StringBuilder text = new StringBuilder();
    text.append("# Conformance of ").append(report.transport()).append("\n\n");
    text.append(summary(report)).append(" Seed ").append(report.seed()).append(".\n");
    text.append("Passing shows no violation; it does not prove that there is none.\n");
    report.groups().forEach((group, rules) -> appendGroup(text, group, rules));
    List<Result> failures =
        report.rules().stream()
            .flatMap(rule -> rule.results().stream())
            .filter(result -> result.verdict() == Verdict.FAILED)
            .toList();
    if (!failures.isEmpty()) {
      text.append("\n## Failures\n");
      for (Result failure : failures) {
        text.append("\n### ").append(failure.test()).append("\n\n");
        // Indented, because a message may hold any fence.
        failure.detail().lines().forEach(line -> text.append("    ").append(line).append('\n'));
      }
    }
    return text.toString();
  }

  private static String summary(Report report) {
    return List.of(Verdict.values()).stream()
        .map(verdict -> report.count(verdict) + " " + verdict.words())
        .collect(Collectors.joining(", ", "Rules: ", "."));
  }

  private static void appendGroup(StringBuilder text, String group, List<RuleResult> rules) {
    text.append("\n## ").append(group).append("\n\n| rule | verdict | |\n|---|---|---|\n");
    for (RuleResult rule : rules) {
      text.append("| ").append(rule.rule().id());
      text.append(" | ").append(rule.verdict().words());
      text.append(" | ").append(cell(detail(rule))).append(" |\n");
    }
  }

  private static String cell(String text) {
    return text.replaceAll("\\R", " ").replace("|", "\\|");
  }

  private static String detail(RuleResult rule) {
    return switch (rule.verdict()) {
      case PASSED -> rule.results().size() + (rule.results().size() == 1 ? " test" : " tests");
      case NOT_APPLICABLE -> rule.results().getFirst().detail();
      case NOT_TESTED -> rule.rule().notTested().orElse("");
      case FAILED -> rule.rule().text();
      case NOT_RUN -> "";
    };
  }
}
