package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A finished process: how long it took from start to exit, and the most memory it held.
 *
 * @param elapsed from start to exit
 * @param peakResidentBytes {@code VmHWM} of the process, as last seen before it ended; 0 if never
 */
record ProcessRun(Duration elapsed, long peakResidentBytes) {
  private static final int POLL_MILLIS = 20;

  /** Runs a command to its end; its output is dropped. */
  static ProcessRun of(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(true)
            .start();
    long peak = 0;
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakResidentBytes(process.pid()));
      }
    } finally {
      process.destroyForcibly();
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
    }
    return new ProcessRun(elapsed, peak);
  }

  private static long peakResidentBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
    } catch (IOException ended) {
      // between the last look and the exit
    }
    return 0;
  }
}
