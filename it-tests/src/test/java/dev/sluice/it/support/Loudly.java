package dev.sluice.it.support;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Tests that cannot run here say so; under continuous integration they fail, if they need not. */
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
    String line = line(tests, missing);
    if ("true".equals(System.getenv("CI"))) {
      Assertions.fail(line + " (with CI=true nothing may be skipped)");
    }
    skip(line);
  }

  /**
   * Skips the test, in continuous integration too, if this machine lacks what nobody can install.
   *
   * @param present whether it is there
   * @param tests which tests, and how many
   * @param missing what is missing
   */
  public static void requireOfMachine(boolean present, String tests, String missing) {
    if (!present) {
      skip(line(tests, missing));
    }
  }

  private static String line(String tests, String missing) {
    return "SKIPPED: " + tests + ": " + missing;
  }

  private static void skip(String line) {
    System.err.println(line);
    Assumptions.abort(line);
  }
}
