package dev.sluice.cli.copy;

import dev.sluice.cli.console.Quantities;
import dev.sluice.engine.transfer.CopyProgress;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress for somebody who watches: one line of a terminal, drawn again and again. */
final class LiveLine implements ProgressDisplay {
  /** Fits the narrowest usual terminal; asking for the real width takes native code. */
  private static final int WIDTH = 79;

  private final PrintStream err;

  /** Draws from its creation on, so it is made when there is something to show. */
  private @Nullable ProgressBar bar;

  LiveLine(PrintStream err) {
    this.err = err;
  }

  @Override
  public Duration period() {
    return Duration.ofMillis(250);
  }

  @Override
  public void show(CopyProgress progress) {
    if (bar == null) {
      bar = newBar(progress.expectedByteCount().orElse(-1));
    }
    bar.stepTo(progress.byteCount());
    // The library's own speed counts whole seconds.
    bar.setExtraMessage(" " + Quantities.rate(progress.byteCount(), progress.elapsed()));
  }

  private ProgressBar newBar(long expectedByteCount) {
    return new ProgressBarBuilder()
        .setTaskName("copy")
        .setInitialMax(expectedByteCount)
        .setUnit(" MiB", 1 << 20)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis((int) period().toMillis())
        .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
        .build();
  }

  private void draw(String line) {
    err.print("\r" + line);
    err.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
    }
  }
}
