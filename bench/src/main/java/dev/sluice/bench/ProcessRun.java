package dev.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a process took to move the bytes.
 *
 * @param elapsed how long
 * @param cpu its time on processors, of all threads, as last seen before it ended
 * @param peakResidentBytes {@code VmHWM}, as last seen before it ended; 0 if never
 */
record ProcessRun(Duration elapsed, Duration cpu, long peakResidentBytes) {
  private static final int POLL_MILLIS = 20;

  /** Runs a command from its start to its end; its output is dropped. */
  static ProcessRun of(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(true)
            .start();
    ProcessUsage last = ProcessUsage.NONE;
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        last = ProcessUsage.of(process.pid()).orElse(last);
      }
    } finally {
      process.destroyForcibly();
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
    }
    return new ProcessRun(elapsed, last.cpu(), last.peakResidentBytes());
  }
}
