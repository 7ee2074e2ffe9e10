package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a process has used so far, as Linux tells it.
 *
 * @param cpu its time on processors, of all threads
 * @param peakResidentBytes {@code VmHWM}
 */
record ProcessUsage(Duration cpu, long peakResidentBytes) {
  static final ProcessUsage NONE = new ProcessUsage(Duration.ZERO, 0);

  /** Linux counts in {@code USER_HZ}, which is 100 on every machine that runs a JVM. */
  private static final int MILLIS_PER_TICK = 10;

  /** The first field behind the name, which may hold spaces, is the state; proc(5) counts it 3. */
  private static final int USER_TICKS = 14 - 3;

  private static final int SYSTEM_TICKS = 15 - 3;

  /** Looks; empty: it has ended. */
  static Optional<ProcessUsage> of(long pid) {
    Path folder = Path.of("/proc", Long.toString(pid));
    try {
      return Optional.of(new ProcessUsage(cpu(folder), peakResidentBytes(folder)));
    } catch (IOException ended) {
      return Optional.empty();
    }
  }

  ProcessUsage plus(ProcessUsage other) {
    return new ProcessUsage(cpu.plus(other.cpu), peakResidentBytes + other.peakResidentBytes);
  }

  private static Duration cpu(Path folder) throws IOException {
    String line = Files.readString(folder.resolve("stat"));
    List<String> fields = List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
    long ticks = Long.parseLong(fields.get(USER_TICKS)) + Long.parseLong(fields.get(SYSTEM_TICKS));
    return Duration.ofMillis(ticks * MILLIS_PER_TICK);
  }

  private static long peakResidentBytes(Path folder) throws IOException {
    for (String line : Files.readAllLines(folder.resolve("status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return 0;
  }
}
