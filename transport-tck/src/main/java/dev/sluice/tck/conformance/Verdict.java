package dev.sluice.tck.conformance;

/** What became of a test, a rule, or a group of rules. */
public enum Verdict {
  /** It was tried, and holds. */
  PASSED("passed"),

  /** It was tried, and is broken. */
  FAILED("FAILED"),

  /** It is about a feature that the channels do not declare, or about another kind of medium. */
  NOT_APPLICABLE("not applicable"),

  /** It was left out of this run. */
  NOT_RUN("not run"),

  /** No test can show it; the contract says why. */
  NOT_TESTED("not tested");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /** Returns the verdict as it is printed. */
  public String words() {
    return words;
  }
}
