package dev.sluice.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process has of the machine, at one moment, as Linux tells.
 *
 * @param descriptorCount open descriptors
 * @param threadCount threads of the kernel
 * @param residentByteCount memory that is not swapped out
 */
public record Footprint(int descriptorCount, int threadCount, long residentByteCount) {
  /**
   * Looks.
   *
   * @param pid a process of this user
   */
  public static Footprint of(long pid) throws IOException {
    Path process = Path.of("/proc/" + pid);
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"));
        Stream<Path> threads = Files.list(process.resolve("task"))) {
      return new Footprint(
          Math.toIntExact(descriptors.count()),
          Math.toIntExact(threads.count()),
          resident(process));
    }
  }

  /** A line "VmRSS: 12345 kB". */
  private static long resident(Path process) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
