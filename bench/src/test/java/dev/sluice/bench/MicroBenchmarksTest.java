package dev.sluice.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

class MicroBenchmarksTest {
  @Test
  void pagesInTurn_run() throws IOException {
    PagesInTurn.main(new String[] {"1"});
  }

  @Test
  void everyBenchmark_runs() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("dev\\.sluice\\.bench\\..*")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .shouldFailOnError(true)
                    .build())
            .run();
    Set<String> classes =
        results.stream()
            .map(result -> result.getParams().getBenchmark().replaceAll(".*\\.(\\w+)\\.\\w+", "$1"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("ScalarWrites", "ScalarReads", "PagesOverLoopback"), classes);
    results.forEach(
        result ->
            assertTrue(
                result.getPrimaryResult().getScore() > 0,
                () -> result.getParams().getBenchmark() + " measured nothing"));
  }
}
