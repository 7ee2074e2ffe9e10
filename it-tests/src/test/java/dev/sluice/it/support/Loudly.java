package dev.sluice.it.support;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Tests that cannot run here say so, and never under continuous integration. */
public final class Loudly {
  private Loudly() {}

  /**
   * Skips the test if something is missing; fails it where {@code CI=true}.
   *
   * @param present whether it is there
   * @param tests which tests, and how many
   * @param missing what is missing, and how to get it
   */
  public static void require(boolean present, String tests, String missing) {
    if (present) {
      return;
    }
    String line = "SKIPPED: " + tests + ": " + missing;
    if ("true".equals(System.getenv("CI"))) {
      Assertions.fail(line + " (with CI=true nothing may be skipped)");
    }
    System.err.println(line);
    Assumptions.abort(line);
  }
}
