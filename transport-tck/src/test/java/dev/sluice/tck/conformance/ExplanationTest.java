package dev.sluice.tck.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an author reads when a rule is broken. */
@Timeout(10)
class ExplanationTest {
  private static Rule rule(String... checks) {
    return new Rule(
        "CH-2.2", "2 Read", "MUST: it returns 0.", "no fault.", List.of(checks), Optional.empty());
  }

  @Test
  void text_hasRuleFailureIntentChecksAndTheCommand() {
    assertEquals(
        """
        CH-2.2 MUST: it returns 0.
          but: java.io.IOException: it hung
          intent: no fault.
          if this fails, check:
            - the lock
            - the flag
          repeat: run it\
        """,
        Explanation.of(rule("the lock", "the flag"), new IOException("it hung"), "run it"));
  }

  @Test
  void text_withoutChecks_leavesThemOut() {
    assertEquals(
        """
        CH-2.2 MUST: it returns 0.
          but: java.io.IOException: it hung
          intent: no fault.
          repeat: run it\
        """,
        Explanation.of(rule(), new IOException("it hung"), "run it"));
  }
}
