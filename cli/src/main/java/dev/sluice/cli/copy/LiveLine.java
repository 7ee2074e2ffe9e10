package dev.sluice.cli.copy;

import dev.sluice.engine.transfer.CopyProgress;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress for somebody who watches: one line of a terminal, drawn again and again. */
final class LiveLine implements ProgressDisplay {
  /** Fits the narrowest usual terminal; asking for the real width takes native code. */
  private static final int WIDTH = 79;

  private final PrintStream err;
  private final ProgressBar bar;

  LiveLine(PrintStream err) {
    this.err = err;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName("copy")
            // Unknown until the incoming side is open.
            .setInitialMax(-1)
            .setUnit(" MiB", 1 << 20)
            .showSpeed()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis((int) period().toMillis())
            .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
            .build();
  }

  @Override
  public Duration period() {
    return Duration.ofMillis(250);
  }

  @Override
  public void show(CopyProgress progress) {
    progress.expectedByteCount().ifPresent(bar::maxHint);
    bar.stepTo(progress.byteCount());
  }

  private void draw(String line) {
    err.print("\r" + line);
    err.flush();
  }

  @Override
  public void close() {
    bar.close();
    err.print("\r" + " ".repeat(WIDTH) + "\r");
    err.flush();
  }
}
