package dev.sluice.cli.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.transfer.CopyProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LiveLineTest {
  @Test
  void line_isDrawnInPlace_andGoneAtTheEnd() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LiveLine line = new LiveLine(new PrintStream(out, true, StandardCharsets.UTF_8))) {
      line.show(new CopyProgress(50 << 20, OptionalLong.of(100 << 20), Duration.ofSeconds(1)));
    }
    String drawn = out.toString(StandardCharsets.UTF_8);

    assertFalse(drawn.contains("\n"), drawn);
    assertTrue(drawn.contains("50%"), drawn);
    assertTrue(drawn.endsWith("\r"), drawn);
    String[] states = drawn.split("\r", -1);
    assertEquals("", states[states.length - 2].strip(), drawn);
    for (String state : states) {
      assertTrue(state.length() < 80, state);
    }
  }
}
