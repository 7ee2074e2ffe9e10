package dev.sluice.tck.conformance;

/** The text of a failure: what was demanded, what came instead, where to look, how to repeat it. */
final class Explanation {
  private Explanation() {}

  static String of(Rule rule, Throwable failure, String repeatCommand) {
    StringBuilder text = new StringBuilder();
    text.append(rule.id()).append(' ').append(rule.text());
    text.append("\n  but: ").append(words(failure));
    text.append("\n  intent: ").append(rule.intent());
    if (!rule.checks().isEmpty()) {
      text.append("\n  if this fails, check:");
      rule.checks().forEach(check -> text.append("\n    - ").append(check));
    }
    return text.append("\n  repeat: ").append(repeatCommand).toString();
  }

  /** What an assertion says is enough; else the class is half of what is told. */
  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return failure instanceof AssertionError && message != null ? message : failure.toString();
  }
}
