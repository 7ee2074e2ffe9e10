package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SluiceTest {
  private static final int SCREEN_LINES = 24;
  private static final int SCREEN_COLUMNS = 100;

  private static CommandRun run(String... arguments) {
    return CommandRun.of(new StubTransport(), arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "copy", "transports", "demo"})
  void help_fitsAScreen_andHasExamples(String command) {
    CommandRun run = command.isEmpty() ? run("--help") : run(command, "--help");

    assertEquals(0, run.status());
    assertTrue(run.outLines().size() <= SCREEN_LINES, run.out());
    run.outLines().forEach(line -> assertTrue(line.length() <= SCREEN_COLUMNS, line));
    assertTrue(run.outLines().stream().anyMatch(line -> line.startsWith("  sluice ")), run.out());
    assertEquals("", run.err());
  }

  @Test
  void help_listsEverySubCommand() {
    CommandRun run = run("--help");

    for (String command : List.of("copy", "transports", "demo")) {
      assertTrue(
          run.outLines().stream().anyMatch(line -> line.startsWith("  " + command)), run.out());
    }
  }

  @Test
  void version_namesItselfAndTheJava() {
    CommandRun run = run("--version");

    assertEquals(0, run.status());
    assertTrue(run.out().startsWith("sluice "), run.out());
    assertTrue(run.out().contains(System.getProperty("java.runtime.version")), run.out());
    assertEquals(run, run("-V"));
  }

  @Test
  void noCommand_isAUsageError() {
    CommandRun run = run();

    assertEquals(2, run.status());
    assertTrue(run.err().startsWith("sluice: a command is missing\n  hint: "), run.err());
  }

  @Test
  void unknownCommand_listsTheKnownOnes_andWhatWasMeant() {
    CommandRun run = run("transport");

    assertEquals(2, run.status());
    assertEquals(
        """
        sluice: unknown command 'transport'
          hint:  did you mean 'transports'? commands: copy, relay, transports, demo
        """,
        run.err());
    assertEquals("", run.out());
  }

  @Test
  void unknownCommand_listsToolsToo() {
    TreeMap<String, ToolProvider> tools = new TreeMap<>(Map.of("simulate", tool(0)));

    CommandRun run =
        CommandRun.of(List.of(new StubTransport()), tools, List.of("false"), "simulat");

    assertEquals(2, run.status());
    assertTrue(run.err().contains("did you mean 'simulate'?"), run.err());
    assertTrue(run.err().contains("copy, relay, transports, demo, simulate"), run.err());
  }

  @Test
  void help_listsTheToolsOfOtherModules() {
    TreeMap<String, ToolProvider> tools = new TreeMap<>(Map.of("simulate", tool(0)));

    CommandRun run = CommandRun.of(List.of(new StubTransport()), tools, List.of("false"), "--help");

    assertEquals(0, run.status());
    assertTrue(run.out().contains("simulate"), run.out());
  }

  @Test
  void tool_getsTheRestOfTheLine_andItsStatusIsOurs() {
    TreeMap<String, ToolProvider> tools = new TreeMap<>(Map.of("simulate", tool(42)));

    CommandRun run =
        CommandRun.of(
            List.of(new StubTransport()), tools, List.of("false"), "simulate", "--help", "a b");

    assertEquals(42, run.status());
    assertEquals("--help|a b\n", run.out());
  }

  @Test
  void ownCommand_doesNotLoadTools() {
    CommandRun run =
        CommandRun.of(
            List.of(new StubTransport()),
            new TreeMap<>() {
              private static final long serialVersionUID = 1;

              @Override
              public ToolProvider get(Object key) {
                throw new AssertionError("asked for " + key);
              }
            },
            List.of("false"),
            "transports");

    assertEquals(0, run.status(), run.err());
  }

  @Test
  void bug_isOneCard_andTheTraceOnlyWithV() {
    TreeMap<String, ToolProvider> tools = new TreeMap<>(Map.of("broken", brokenTool()));

    CommandRun quiet = CommandRun.of(List.of(), tools, List.of(), "broken");
    CommandRun verbose = CommandRun.of(List.of(), tools, List.of(), "broken", "-v");

    assertEquals(1, quiet.status());
    assertEquals(2, quiet.err().lines().count(), quiet.err());
    assertTrue(quiet.err().contains("please report"), quiet.err());
    assertTrue(verbose.err().contains("\tat "), verbose.err());
    assertTrue(verbose.err().endsWith(quiet.err()), verbose.err());
  }

  @Test
  void usageError_isAnEventAfterJson() throws IOException {
    CommandRun run = run("copy", "--json", "--rate", "fast", "stub:data", "stub:sink");

    assertEquals(2, run.status());
    assertEquals(1, run.outLines().size());
    Map<String, ?> error = JsonText.object(run.out());
    assertEquals("error", error.get("type"));
    assertEquals(2L, error.get("code"));
    assertEquals("usage", error.get("kind"));
  }

  @Test
  void unknownOption_namesTheNearest() {
    CommandRun run = run("copy", "--digets=sha256", "stub:data", "stub:sink");

    assertEquals(2, run.status());
    assertTrue(run.err().contains("'--digets=sha256'"), run.err());
    assertTrue(run.err().contains("did you mean --digest"), run.err());
    assertFalse(run.err().contains("\tat "), run.err());
  }

  private static ToolProvider tool(int status) {
    return new ToolProvider() {
      @Override
      public String name() {
        return "sluice-simulate";
      }

      @Override
      public int run(PrintWriter out, PrintWriter err, String... arguments) {
        out.println(String.join("|", arguments));
        out.flush();
        return status;
      }
    };
  }

  private static ToolProvider brokenTool() {
    return new ToolProvider() {
      @Override
      public String name() {
        return "sluice-broken";
      }

      @Override
      public int run(PrintWriter out, PrintWriter err, String... arguments) {
        throw new IllegalStateException("broken on purpose");
      }
    };
  }
}
