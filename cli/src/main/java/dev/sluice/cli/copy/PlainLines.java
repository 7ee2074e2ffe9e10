package dev.sluice.cli.copy;

import dev.sluice.api.ByteCounts;
import dev.sluice.cli.console.Quantities;
import dev.sluice.engine.transfer.CopyProgress;
import java.io.PrintStream;
import java.time.Duration;

/** Progress for logs: a line every ten seconds. */
final class PlainLines implements ProgressDisplay {
  private final PrintStream err;

  PlainLines(PrintStream err) {
    this.err = err;
  }

  @Override
  public Duration period() {
    return Duration.ofSeconds(10);
  }

  @Override
  public void show(CopyProgress progress) {
    err.println(text(progress));
  }

  static String text(CopyProgress progress) {
    long byteCount = progress.byteCount();
    String done = ByteCounts.format(byteCount);
    long expected = progress.expectedByteCount().orElse(0);
    String share =
        expected > 0
            ? " of %s, %d%%".formatted(ByteCounts.format(expected), percent(byteCount, expected))
            : "";
    return done + share + ", " + Quantities.rate(byteCount, progress.elapsed());
  }

  private static int percent(long byteCount, long expected) {
    return (int) Math.min(100, byteCount * 100.0 / expected);
  }

  @Override
  public void close() {}
}
