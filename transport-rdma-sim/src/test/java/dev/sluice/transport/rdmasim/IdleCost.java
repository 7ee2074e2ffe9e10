package dev.sluice.transport.rdmasim;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Tells what threads cost that wait: a program to run by hand, for 10 s. */
final class IdleCost {
  private IdleCost() {}

  public static void main(String[] args) throws Exception {
    Path base = Files.createTempDirectory(Path.of("/dev/shm"), "sluice-idle");
    for (Caller caller : Caller.values()) {
      try (Channels.Pair pair = Channels.pair(base)) {
        Caller.Call<Integer> reader = Channels.blockedReader(caller, pair.accepted());
        Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.accepted());
        measure(caller + ": reader and writer", reader.thread(), writer.thread());
      }
    }
  }

  private static void measure(String what, Thread... threads) throws Exception {
    var beans = ManagementFactory.getThreadMXBean();
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long processNanos = -system.getProcessCpuTime();
    long threadNanos = 0;
    for (Thread thread : threads) {
      threadNanos -= Math.max(0, beans.getThreadCpuTime(thread.threadId()));
    }
    long seconds = 10;
    new java.util.concurrent.CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    processNanos += system.getProcessCpuTime();
    for (Thread thread : threads) {
      threadNanos += Math.max(0, beans.getThreadCpuTime(thread.threadId()));
    }
    System.out.printf(
        "%s: process %.3f %% of a core, threads %.3f %%%n",
        what, processNanos / 1e7 / seconds, threadNanos / 1e7 / seconds);
  }
}
