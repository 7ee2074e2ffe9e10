package dev.sluice.transport.rdmasim;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells what a blocked reader and a blocked writer cost: a program to run by hand, for 20 s. */
final class IdleCost {
  private static final int SECONDS = 10;

  private IdleCost() {}

  public static void main(String[] args) throws Exception {
    Path base = Files.createTempDirectory(Path.of("/dev/shm"), "sluice-idle");
    for (Caller caller : Caller.values()) {
      try (Channels.Pair pair = Channels.pair(base)) {
        Caller.Call<Integer> _ = Channels.blockedReader(caller, pair.accepted());
        Caller.Call<Long> _ = Channels.blockedWriter(caller, pair.accepted());
        Duration before = processorTime();
        boolean _ = new CountDownLatch(1).await(SECONDS, TimeUnit.SECONDS);
        double used = processorTime().minus(before).toNanos();
        System.out.printf(
            "%s reader and writer: the process used %.2f %% of a core%n",
            caller, 100 * used / Duration.ofSeconds(SECONDS).toNanos());
      }
    }
    System.exit(0);
  }

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }
}
