package dev.sluice.tck.conformance;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A report for programs. Written by hand: the kit depends on nothing but the API and JUnit, so that
 * it never meets another version of a library in an author's build.
 */
final class ReportJson {
  private final StringBuilder text = new StringBuilder();

  private ReportJson() {}

  static String of(Report report) {
    ReportJson json = new ReportJson();
    json.text.append('{');
    json.field("transport", report.transport()).append(",\n \"seed\":").append(report.seed());
    json.text.append(",\n \"rules\":[");
    json.each(report.rules(), json::appendRule);
    return json.text.append("]}\n").toString();
  }

  private void appendRule(RuleResult rule) {
    text.append("\n  {");
    field("id", rule.rule().id()).append(',');
    field("group", rule.rule().group()).append(',');
    field("verdict", name(rule.verdict())).append(',');
    rule.rule().notTested().ifPresent(reason -> field("notTested", reason).append(','));
    text.append("\"tests\":[");
    each(rule.results(), this::appendResult);
    text.append("]}");
  }

  private void appendResult(Result result) {
    text.append("\n   {");
    field("name", result.test()).append(',');
    field("verdict", name(result.verdict())).append(',');
    field("detail", result.detail()).append('}');
  }

  private static String name(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private <T> void each(List<T> items, Consumer<T> append) {
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        text.append(',');
      }
      append.accept(items.get(i));
    }
  }

  private StringBuilder field(String name, String value) {
    text.append('"').append(name).append("\":\"");
    value.chars().forEach(this::appendEscaped);
    return text.append('"');
  }

  private void appendEscaped(int c) {
    switch (c) {
      case '"', '\\' -> text.append('\\').append((char) c);
      case '\n' -> text.append("\\n");
      default -> {
        if (c < 0x20) {
          text.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
          text.append((char) c);
        }
      }
    }
  }
}
