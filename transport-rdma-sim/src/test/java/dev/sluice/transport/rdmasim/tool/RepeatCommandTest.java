package dev.sluice.transport.rdmasim.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command can be pasted into a shell. */
@Timeout(10)
class RepeatCommandTest {
  @Test
  void seed_isAddedWhereThereIsNone() {
    assertEquals(
        "sluice simulate --link metro100 --seed 7",
        RepeatCommand.of(List.of("--link", "metro100"), 7));
    assertEquals("sluice simulate --seed 8", RepeatCommand.of(List.of("--seed", "8"), 8));
    assertEquals("sluice simulate --seed=8", RepeatCommand.of(List.of("--seed=8"), 8));
  }

  @Test
  void wordsThatAShellWouldChange_areQuoted() {
    assertEquals(
        "sluice simulate --plot 'a b'\\''s $x.svg' '' --seed 1",
        RepeatCommand.of(List.of("--plot", "a b's $x.svg", ""), 1));
  }
}
