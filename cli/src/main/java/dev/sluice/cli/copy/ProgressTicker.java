package dev.sluice.cli.copy;

import dev.sluice.engine.transfer.CopyProgress;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Tells each report how far a copy is, as often as it wants to know. */
final class ProgressTicker implements AutoCloseable {
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("sluice-progress").factory());

  private final Supplier<CopyProgress> source;
  private boolean closed;

  ProgressTicker(Supplier<CopyProgress> source, List<CopyReport> reports) {
    this.source = source;
    for (CopyReport report : reports) {
      report
          .progressPeriod()
          .ifPresent(
              period -> {
                long nanos = period.toNanos();
                var _ =
                    thread.scheduleAtFixedRate(
                        () -> tick(report), nanos, nanos, TimeUnit.NANOSECONDS);
              });
    }
  }

  private synchronized void tick(CopyReport report) {
    CopyProgress progress = source.get();
    if (!closed && progress.elapsed().isPositive()) {
      report.progress(progress);
    }
  }

  /** After this, no report hears of progress any more. */
  @Override
  public void close() {
    thread.shutdownNow();
    synchronized (this) {
      closed = true;
    }
  }
}
