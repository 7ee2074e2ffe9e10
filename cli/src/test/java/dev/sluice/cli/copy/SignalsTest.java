package dev.sluice.cli.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.cli.CommandRun;
import dev.sluice.cli.JsonText;
import dev.sluice.cli.StubTransport;
import dev.sluice.cli.session.StopSignal;
import dev.sluice.cli.session.StopSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends signals to this very process, and only while they are caught. */
final class SignalsTest {
  private final StubTransport transport = new StubTransport();

  @ParameterizedTest
  @EnumSource(StopSignal.class)
  void firstSignal_isCaught(StopSignal signal) throws Exception {
    assumeNotIgnored(signal);
    try (StopSignals signals = new StopSignals(1)) {
      raise(signal);

      assertEquals(signal, signals.first().get(10, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @CsvSource({"SIGINT, 130", "SIGTERM, 143", "SIGHUP, 129"})
  void signal_endsACopy_withItsStatus_asTheLastEvent(StopSignal signal, int status)
      throws Exception {
    assumeNotIgnored(signal);
    CompletableFuture<CommandRun> running = copy("stub:silent");
    transport.awaitReader();

    raise(signal);
    CommandRun run = running.get(10, TimeUnit.SECONDS);

    assertEquals(status, run.status(), run.err());
    Map<String, ?> error = lastEvent(run);
    assertEquals((long) status, error.get("code"));
    assertEquals("cancelled", error.get("kind"));
    assertEquals("stopped by " + signal, error.get("message"));
    assertTrue(run.err().contains("  left:  nothing on disk\n"), run.err());
  }

  @Test
  void transportThatDoesNotLetGo_endsAllTheSame_withinThreeSeconds() throws Exception {
    CompletableFuture<CommandRun> running = copy("stub:stuck");
    transport.awaitReader();
    long start = System.nanoTime();

    raise(StopSignal.SIGTERM);
    CommandRun run = running.get(10, TimeUnit.SECONDS);

    assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 3000);
    assertEquals(143, run.status(), run.err());
    assertEquals(143L, lastEvent(run).get("code"));
    assertTrue(run.err().contains("  left:  not known: look at stub:sink"), run.err());
  }

  private CompletableFuture<CommandRun> copy(String incoming) {
    return CompletableFuture.supplyAsync(
        () -> CommandRun.of(transport, "copy", "--json", incoming, "stub:sink"),
        task -> Thread.ofPlatform().daemon().start(task));
  }

  private static Map<String, ?> lastEvent(CommandRun run) throws IOException {
    return JsonText.object(run.outLines().getLast());
  }

  /**
   * A process started by {@code nohup}, or in the background of a script, is told to ignore some,
   * and so does the JVM. SIGTERM is never among them, and the integration tests have all.
   */
  private static void assumeNotIgnored(StopSignal signal) throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow()
            .replaceFirst("SigIgn:\\s*", "");
    int number =
        switch (signal) {
          case SIGHUP -> 1;
          case SIGINT -> 2;
          case SIGTERM -> 15;
        };
    boolean isIgnored = (Long.parseUnsignedLong(ignored, 16) >> (number - 1) & 1) != 0;
    if (isIgnored) {
      System.err.println("SKIPPED: 1: this process was started to ignore " + signal);
    }
    assumeFalse(isIgnored, "this process was started to ignore " + signal);
  }

  private static void raise(StopSignal signal) throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    Process kill = new ProcessBuilder("kill", "-" + signal.jdkName(), pid).start();
    assertEquals(0, kill.waitFor());
  }
}
