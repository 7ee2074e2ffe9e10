package dev.sluice.transport.rdmasim.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** One run of the tool as the command runs it. */
record ToolRun(int code, String out, String err) {
  /** Runs the words of a line. */
  static ToolRun of(String line) {
    return run(line.split(" ", -1));
  }

  static ToolRun run(String... arguments) {
    ToolProvider tool =
        ServiceLoader.load(ToolProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(candidate -> candidate.name().equals("sluice-simulate"))
            .findFirst()
            .orElseThrow();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = tool.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new ToolRun(code, out.toString(), err.toString());
  }

  ToolRun succeeded() {
    assertEquals(0, code, toString());
    assertEquals("", err);
    return this;
  }

  ToolRun failed(int expected, String... words) {
    assertEquals(expected, code, toString());
    assertTrue(err.startsWith("sluice: "), toString());
    assertFalse(err.contains("\tat "), toString());
    for (String word : words) {
      assertTrue(err.contains(word), () -> "the message does not say '" + word + "': " + this);
    }
    return this;
  }

  /** Returns what the first group of a pattern is in what was printed. */
  String find(String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(out + err);
    assertTrue(matcher.find(), () -> "no '" + pattern + "' in " + this);
    return matcher.group(1);
  }

  /** Returns what this run told to repeat it. */
  ToolRun repeated() {
    return of(find("repeat(?: with)? +sluice simulate (.*)"));
  }
}
