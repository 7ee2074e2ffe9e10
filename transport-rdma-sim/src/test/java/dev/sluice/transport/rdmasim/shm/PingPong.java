package dev.sluice.transport.rdmasim.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Measures round trips between two processes; asserts nothing. */
final class PingPong {
  private static final int WARM_UP_COUNT = 200_000;
  private static final int SPINNING_COUNT = 1_000_000;
  private static final int SLEEPING_COUNT = 20_000;

  private PingPong() {}

  public static void main(String[] args) throws Exception {
    for (int byteCount : new int[] {8, 64}) {
      measure(byteCount, Child.Step.ECHO_SPINNING, SPINNING_COUNT);
    }
    measure(Long.BYTES, Child.Step.ECHO_SLEEPING, SLEEPING_COUNT);
  }

  private static void measure(int byteCount, Child.Step step, int count) throws Exception {
    Path base = Files.createTempDirectory(MeetingFolder.DEFAULT_BASE, "sluice-ping-");
    MeetingFolder folder = MeetingFolder.open(base);
    Process child = Child.start(base, step);
    try {
      child.inputReader().readLine();
      try (Line line = Line.connect(folder, "a")) {
        roundTrips(line, byteCount, step, Math.min(count, WARM_UP_COUNT));
        long[] nanos = roundTrips(line, byteCount, step, count);
        Arrays.sort(nanos);
        System.out.printf(
            Locale.ROOT,
            "%-14s %3d B: p50 %d ns, p90 %d ns, p99 %d ns%n",
            step,
            byteCount,
            nanos[count / 2],
            nanos[count * 9 / 10],
            nanos[count / 100 * 99]);
      }
    } finally {
      child.destroyForcibly().waitFor();
      Files.deleteIfExists(folder.file("a.sock"));
      Files.delete(folder.path());
      Files.delete(base);
    }
  }

  private static long[] roundTrips(Line line, int byteCount, Child.Step step, int count)
      throws IOException {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long startNanoTime = System.nanoTime();
      line.send(i, byteCount);
      long number =
          step == Child.Step.ECHO_SPINNING ? line.receiveSpinning() : line.receiveSleeping();
      nanos[i] = System.nanoTime() - startNanoTime;
      if (number != i) {
        throw new IOException(number + " instead of " + i);
      }
    }
    return nanos;
  }
}
