package dev.sluice.tck.conformance;

import java.util.List;

/** Reports of a contract with three rules, one of which no test shows. */
final class Reports {
  static final long SEED = -2_371_310_481_527_047_369L;

  private static final Specification THREE_RULES =
      Specification.parse(
          """
          ## 1 First

          **CH-1.1** MUST: a | b.
          <br>*Intent: one.*

          **CH-1.2** MUST: nobody sees it.
          <br>*Intent: two.*
          <br>*Not tested: it is dark.*

          ## 2 Second

          **CH-2.1** MUST: c.
          <br>*Intent: three.*
          """);

  private Reports() {}

  static Report of(Result... results) {
    return Report.of("FooTest", SEED, THREE_RULES, List.of(results));
  }

  static Result passed(String rule) {
    return new Result(rule, "test of " + rule, Verdict.PASSED, "");
  }

  static Result failed(String rule, String why) {
    return new Result(rule, "test of " + rule, Verdict.FAILED, why);
  }

  static Result skipped(String rule, String why) {
    return new Result(rule, "test of " + rule, Verdict.NOT_APPLICABLE, why);
  }
}
