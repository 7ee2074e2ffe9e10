package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.conformance.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this process holds.
 *
 * @param descriptorCount open descriptors; 0 where the system does not tell
 * @param threadCount platform threads but those of the kit
 */
record Resources(long descriptorCount, long threadCount) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private static Resources now() throws IOException {
    long descriptorCount = 0;
    if (Files.isDirectory(DESCRIPTORS)) {
      try (Stream<Path> all = Files.list(DESCRIPTORS)) {
        descriptorCount = all.count();
      }
    }
    long threadCount =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !thread.getName().startsWith("tck-"))
            .count();
    return new Resources(descriptorCount, threadCount);
  }

  /** Returns what is held once that does not change any more. */
  static Resources settled(Run run) throws IOException {
    long deadline = System.nanoTime() + run.second().toNanos();
    Resources last = now();
    while (System.nanoTime() < deadline) {
      LockSupport.parkNanos(run.quiet().toNanos());
      Resources next = now();
      if (next.equals(last)) {
        return next;
      }
      last = next;
    }
    return last;
  }

  /** Fails if more is held than before, also after a while. */
  static void requireNoMoreThan(@Nullable Resources before, Run run) throws IOException {
    if (before == null) {
      throw new IllegalArgumentException("nothing was counted before");
    }
    long deadline = System.nanoTime() + 2 * run.second().toNanos();
    Resources last = now();
    while (!last.isWithin(before) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(run.quiet().toNanos());
      last = now();
    }
    Resources after = last;
    assertTrue(after.isWithin(before), () -> "before: " + before + ", after: " + after);
  }

  /** Two of each are nobody's fault: the JVM opens and starts things of its own. */
  private boolean isWithin(Resources before) {
    return descriptorCount <= before.descriptorCount + 2 && threadCount <= before.threadCount + 2;
  }
}
