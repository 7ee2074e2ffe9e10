package dev.sluice.bench;

import dev.sluice.api.RemoteMemory;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Shared memory between two processes beside loopback TCP and beside a plain copy, in turn in one
 * run.
 *
 * <p>Usage: {@code BetweenProcesses ROUNDS STREAM_MEBIBYTES}.
 */
public final class BetweenProcesses {
  private static final String SHARED = "rdma-sim:bench-" + ProcessHandle.current().pid();
  private static final int[] BLOCK_BYTES = {16 << 10, 64 << 10, 256 << 10, 1 << 20};
  private static final int PAGE_BYTES = 1 << 20;
  private static final int[] WORKING_SET_BYTES = {8 << 20, 64 << 20, 256 << 20};
  private static final int PING_BYTES = 64;
  private static final int PINGS = 20_000;
  private static final int IDLE_SECONDS = 10;

  /** Of each comparison: enough for the compiler to be done, however short a round is. */
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(3);

  private interface Run {
    /** Returns seconds, or whatever else is compared. */
    double once() throws IOException;
  }

  private record Contender(String name, Run run, List<Double> results) {
    Contender(String name, Run run) {
      this(name, run, new ArrayList<>());
    }

    double median() {
      return results.stream().sorted().toList().get(results.size() / 2);
    }
  }

  private final TransportRegistry registry =
      TransportRegistry.load(BetweenProcesses.class.getClassLoader());
  private final int rounds;
  private final long streamBytes;

  private BetweenProcesses(int rounds, long streamBytes) {
    this.rounds = rounds;
    this.streamBytes = streamBytes;
  }

  /** Runs all comparisons and prints a table for each. */
  public static void main(String[] args) throws IOException {
    BetweenProcesses all =
        new BetweenProcesses(Integer.parseInt(args[0]), Long.parseLong(args[1]) << 20);
    try (all.registry) {
      all.oneSidedWrites();
      all.streams();
      all.pings();
      if (args.length < 3) {
        all.idle();
      }
    }
  }

  private void inTurn(List<Contender> contenders) throws IOException {
    long start = System.nanoTime();
    do {
      for (Contender contender : contenders) {
        contender.run.once();
      }
    } while (System.nanoTime() - start < WARM_UP_NANOS);
    for (int round = 0; round < rounds; round++) {
      List<Contender> shuffled = new ArrayList<>(contenders);
      Collections.shuffle(shuffled, new Random(round));
      for (Contender contender : shuffled) {
        contender.results.add(contender.run.once());
      }
    }
  }

  private void oneSidedWrites() throws IOException {
    System.out.println("\n### One-sided writes of 1 MiB\n");
    System.out.println("| working set | one-sided | copy by one thread | ratio |");
    System.out.println("|---|---|---|---|");
    for (int byteCount : WORKING_SET_BYTES) {
      try (Arena arena = Arena.ofConfined();
          NearEnd far = NearEnd.open(registry, FarEnd.Role.MEMORY, 1, SHARED)) {
        MemorySegment source = arena.allocate(byteCount, PAGE_BYTES).fill((byte) 1);
        MemorySegment target = arena.allocate(byteCount, PAGE_BYTES).fill((byte) 2);
        RemoteMemory remote = remote(far, byteCount);
        List<Contender> contenders =
            List.of(
                new Contender("one-sided", () -> writePages(remote, source)),
                new Contender("copy", () -> copyPages(source, target)));
        inTurn(contenders);
        double oneSided = contenders.getFirst().median();
        double copy = contenders.getLast().median();
        System.out.printf(
            Locale.ROOT,
            "| %d MiB | %.1f GB/s | %.1f GB/s | %.2f x |%n",
            byteCount >> 20,
            byteCount / oneSided / 1e9,
            byteCount / copy / 1e9,
            copy / oneSided);
      }
    }
  }

  private static RemoteMemory remote(NearEnd far, long byteCount) throws IOException {
    ByteBuffer size = ByteBuffer.allocateDirect(Long.BYTES).putLong(byteCount).flip();
    far.line().drain(size);
    ByteBuffer key = ByteBuffer.allocate(1);
    far.line().fill(key);
    key = ByteBuffer.allocate(key.get(0));
    far.line().fill(key);
    return far.transport().remote(key.flip());
  }

  private static double writePages(RemoteMemory remote, MemorySegment source) throws IOException {
    long start = System.nanoTime();
    for (long at = 0; at < source.byteSize(); at += PAGE_BYTES) {
      remote.write(at, source, at, PAGE_BYTES);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static double copyPages(MemorySegment source, MemorySegment target) {
    long start = System.nanoTime();
    for (long at = 0; at < source.byteSize(); at += PAGE_BYTES) {
      MemorySegment.copy(source, at, target, at, PAGE_BYTES);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void streams() throws IOException {
    System.out.printf(Locale.ROOT, "%n### A stream of %d MiB%n%n", streamBytes >> 20);
    System.out.println("| block | rdma-sim | loopback TCP |");
    System.out.println("|---|---|---|");
    double bestShared = 0;
    double bestTcp = 0;
    for (int blockBytes : BLOCK_BYTES) {
      try (NearEnd shared = NearEnd.open(registry, FarEnd.Role.DRAIN, blockBytes, SHARED);
          NearEnd tcp = NearEnd.open(registry, FarEnd.Role.DRAIN, blockBytes, FarEnd.BARE)) {
        List<Contender> contenders =
            List.of(
                new Contender("rdma-sim", () -> send(shared.line(), blockBytes)),
                new Contender("loopback TCP", () -> send(tcp.line(), blockBytes)));
        inTurn(contenders);
        double sharedRate = streamBytes / contenders.getFirst().median() / 1e9;
        double tcpRate = streamBytes / contenders.getLast().median() / 1e9;
        bestShared = Math.max(bestShared, sharedRate);
        bestTcp = Math.max(bestTcp, tcpRate);
        System.out.printf(
            Locale.ROOT,
            "| %d KiB | %.2f GB/s | %.2f GB/s |%n",
            blockBytes >> 10,
            sharedRate,
            tcpRate);
      }
    }
    System.out.printf(
        Locale.ROOT, "%nbest against best: %.2f x (the goal is 1.2 x)%n", bestShared / bestTcp);
  }

  private double send(Line line, int blockBytes) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(blockBytes);
    ByteBuffer size = ByteBuffer.allocateDirect(Long.BYTES).putLong(streamBytes).flip();
    long start = System.nanoTime();
    line.drain(size);
    for (long sent = 0; sent < streamBytes; sent += blockBytes) {
      block.clear();
      line.drain(block);
    }
    line.fill(size.clear().limit(1));
    return (System.nanoTime() - start) / 1e9;
  }

  private void pings() throws IOException {
    try (NearEnd shared = NearEnd.open(registry, FarEnd.Role.ECHO, PING_BYTES, SHARED);
        NearEnd tcp = NearEnd.open(registry, FarEnd.Role.ECHO, PING_BYTES, FarEnd.BARE)) {
      List<Contender> contenders =
          List.of(
              new Contender("rdma-sim", () -> medianPing(shared.line())),
              new Contender("loopback TCP", () -> medianPing(tcp.line())));
      inTurn(contenders);
      double sharedNanos = contenders.getFirst().median();
      double tcpNanos = contenders.getLast().median();
      System.out.printf(
          Locale.ROOT,
          "%n### Ping-pong of 64 bytes, median of the round trips%n%n"
              + "| rdma-sim | loopback TCP | ratio |%n|---|---|---|%n"
              + "| %.0f ns | %.0f ns | 1 / %.1f (the goal is 1 / 10) |%n",
          sharedNanos,
          tcpNanos,
          tcpNanos / sharedNanos);
    }
  }

  private static double medianPing(Line line) throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(PING_BYTES);
    List<Long> nanos = new ArrayList<>(PINGS);
    for (int i = 0; i < PINGS; i++) {
      long start = System.nanoTime();
      message.clear();
      line.drain(message);
      line.fill(message.clear());
      nanos.add(System.nanoTime() - start);
    }
    Collections.sort(nanos);
    return nanos.get(PINGS / 2);
  }

  /** Both sides are blocked in a read meanwhile. */
  private void idle() throws IOException {
    try (NearEnd shared = NearEnd.open(registry, FarEnd.Role.ECHO, PING_BYTES, SHARED)) {
      ByteBuffer message = ByteBuffer.allocateDirect(PING_BYTES);
      shared.line().drain(message);
      shared.line().fill(message.clear());
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      shared.line().fill(ByteBuffer.allocateDirect(1));
                    } catch (IOException closed) {
                      // as it is meant to be
                    }
                  });
      double far = shared.farEndCpuSeconds();
      double near = NearEnd.cpuSeconds(ProcessHandle.current().pid());
      pause();
      System.out.printf(
          Locale.ROOT,
          "%n### Blocked for %d s%n%n| side | of a core |%n|---|---|%n| far | %.2f %% |%n"
              + "| near | %.2f %% |%n",
          IDLE_SECONDS,
          (shared.farEndCpuSeconds() - far) * 100 / IDLE_SECONDS,
          (NearEnd.cpuSeconds(ProcessHandle.current().pid()) - near) * 100 / IDLE_SECONDS);
      message.clear();
      shared.line().drain(message);
      reader.join();
      shared.line().fill(message.clear().limit(PING_BYTES - 1));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause() throws InterruptedException {
    Thread.sleep(IDLE_SECONDS * 1000L);
  }
}
