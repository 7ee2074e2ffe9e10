package dev.sluice.tck.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a page of rules is read. */
@Timeout(10)
class SpecificationTest {
  private static final String HEADING = "## 2 Read\n\n";

  @Test
  void rule_hasItsParts() {
    Specification page =
        Specification.parse(
            """
            # A page

            Text of no rule.

            ## 2 Read

            **CH-2.1** MUST (registry): a read
            blocks: always.
            <br>*Intent: a loop
            does not spin.*
            <br>*If this fails, check: a flag; a
            lock.*

            **CH-2.2** SHOULD: rest.
            <br>*Intent: less.*
            <br>*Not tested: it cannot be seen.*
            """);
    assertEquals(
        List.of(
            new Rule(
                "CH-2.1",
                "2 Read",
                "MUST (registry): a read blocks: always.",
                "a loop does not spin.",
                List.of("a flag", "a lock"),
                Optional.empty()),
            new Rule(
                "CH-2.2",
                "2 Read",
                "SHOULD: rest.",
                "less.",
                List.of(),
                Optional.of("it cannot be seen."))),
        page.rules());
  }

  @Test
  void ruleWithATable_goesOnBehindIt() {
    Rule rule =
        Specification.parse(
                HEADING
                    + "**CH-2.1** MUST: kinds mean this:\n\n| a | b |\n|---|---|\n\n"
                    + "<br>*Intent: codes.*\n<br>*If this fails, check: the table.*\n")
            .rules()
            .getFirst();
    assertEquals("codes.", rule.intent());
    assertEquals(List.of("the table"), rule.checks());
  }

  @Test
  void pageWithoutRules_hasNone() {
    assertEquals(List.of(), Specification.parse("").rules());
    assertEquals(List.of(), Specification.parse("# Title\n\n## 1 Group\n").rules());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "**CH-2.1** MUST no colon",
        "**CH-2.1** SHALL: an unknown word",
        "**CH-2** MUST: half a number",
        "**CH-2.1**MUST: no space",
        "**CH-2.1** MUST: twice.\n\n**CH-2.1** MUST: twice.",
        "**CH-2.1** MUST: x.\n<br>*Intnet: a typing error.*",
        "**CH-2.1** MUST: x.\n<br>*Intent: never closed.",
        "**CH-2.1** MUST: x.\n<br>*Intent: once.*\n<br>*Intent: and again.*",
        "**CH-2.1** MUST: x.\n<br>*If this fails, check: one; ; three.*",
        "<br>*Intent: of no rule.*",
      })
  void malformedPage_isRefused_withWhatIsWrong(String text) {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> Specification.parse(HEADING + text));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.startsWith("channel-contract.md"), message);
    assertTrue(message.matches(".*(CH-2|Intnet|Intent|one;).*"), message);
  }

  @Test
  void ruleAboveTheFirstHeading_isRefused() {
    assertThrows(IllegalStateException.class, () -> Specification.parse("**CH-2.1** MUST: x."));
  }

  @Test
  void nameOfATest_leadsToItsRule() {
    Specification page =
        Specification.parse(HEADING + "**CH-2.1** MUST: one.\n\n**CH-2.11** MUST: eleven.\n");
    assertEquals(Optional.of("CH-2.1"), page.shownBy("ch2_1_read_blocks").map(Rule::id));
    assertEquals(Optional.of("CH-2.11"), page.shownBy("ch2_11_x").map(Rule::id));
    assertEquals(Optional.empty(), page.shownBy("ch2_2_absent"));
    assertEquals(Optional.empty(), page.shownBy("ch2_1"));
    assertEquals(Optional.empty(), page.shownBy("read_blocks"));
  }

  @Test
  void rules_cannotBeChanged() {
    Specification page = Specification.parse(HEADING + "**CH-2.1** MUST: one.\n");
    assertThrows(UnsupportedOperationException.class, () -> page.rules().clear());
    assertThrows(UnsupportedOperationException.class, () -> page.byId().clear());
  }
}
