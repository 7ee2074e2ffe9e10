package dev.sluice.bench;

import dev.sluice.api.ByteCounts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs contenders in turn, round by round, so that all meet the same state of the machine, and
 * prints medians and the first one's ratio to each other one.
 */
final class Comparison {
  /** What is compared. */
  interface Named {
    /** Returns what the table shows. */
    String name();
  }

  /** Prepares and checks what a round needs. */
  interface Round<C> {
    /** Runs the contender once and returns how it went. */
    ProcessRun run(C contender) throws IOException, InterruptedException;
  }

  private final String title;
  private final long byteCount;
  private final int rounds;

  Comparison(String title, long byteCount, int rounds) {
    this.title = title;
    this.byteCount = byteCount;
    this.rounds = rounds;
  }

  <C extends Named> void run(Round<C> round, List<C> contenders)
      throws IOException, InterruptedException {
    Map<C, List<ProcessRun>> runs = new LinkedHashMap<>();
    for (int i = 0; i <= rounds; i++) {
      for (C contender : contenders) {
        ProcessRun run = round.run(contender);
        // The first round warms the page cache, and the disk's own.
        if (i > 0 || rounds == 0) {
          runs.computeIfAbsent(contender, _ -> new ArrayList<>()).add(run);
        }
      }
    }
    print(runs);
  }

  private void print(Map<? extends Named, List<ProcessRun>> runs) {
    System.out.printf(
        Locale.ROOT, "%n### %s (%s, %d rounds)%n%n", title, ByteCounts.format(byteCount), rounds);
    System.out.println("| program | seconds | rate | Sluice is | CPU s/GiB | peak resident |");
    System.out.println("|---|---|---|---|---|---|");
    double first = 0;
    for (Map.Entry<? extends Named, List<ProcessRun>> entry : runs.entrySet()) {
      double seconds = median(entry.getValue(), ProcessRun::elapsed);
      double cpu = median(entry.getValue(), ProcessRun::cpu);
      first = first == 0 ? seconds : first;
      long peak =
          entry.getValue().stream().mapToLong(ProcessRun::peakResidentBytes).max().orElse(0);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.3f | %s/s | %.2f x | %.2f | %s |%n",
          entry.getKey().name(),
          seconds,
          ByteCounts.format((long) (byteCount / seconds)),
          seconds / first,
          cpu / byteCount * (1 << 30),
          ByteCounts.format(peak));
    }
  }

  private static double median(List<ProcessRun> runs, Function<ProcessRun, Duration> value) {
    List<Duration> sorted = runs.stream().map(value).sorted().toList();
    int middle = sorted.size() / 2;
    Duration median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : sorted.get(middle - 1).plus(sorted.get(middle)).dividedBy(2);
    return median.toNanos() / 1e9;
  }
}
