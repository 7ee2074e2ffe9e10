package dev.sluice.cli.relay;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.cli.console.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells reports what happens, one thing after the other, in a thread of its own. Whoever reads them
 * may stop reading, such as a pager or a log collector: that must hold up neither connections nor
 * signals. What cannot be told for want of room is lost, and counted.
 */
final class Teller {
  /** A few thousand connections come and go, with all that is said of them. */
  static final int MOST_WAITING = 10_000;

  private final List<RelayReport> reports;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("sluice-teller").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  private long lostCount;

  Teller(List<RelayReport> reports) {
    this.reports = List.copyOf(reports);
  }

  /** Tells all of them; does not wait for that. */
  synchronized void tell(Consumer<RelayReport> news) {
    if (thread.getQueue().size() < MOST_WAITING) {
      thread.execute(() -> reports.forEach(report -> tell(report, news)));
    } else {
      lostCount++;
    }
  }

  /** Tells one of them what is out of date soon: not at all while other things wait to be told. */
  synchronized void tellInPassing(RelayReport report, Consumer<RelayReport> news) {
    if (thread.getQueue().isEmpty()) {
      thread.execute(() -> tell(report, news));
    }
  }

  /** Tells what has to be told, after how much was not. */
  synchronized void tellSurely(Consumer<RelayReport> news) {
    if (lostCount > 0) {
      Failure lost =
          Failure.of(
              new TransportException(
                  Kind.LIMIT,
                  lostCount + " events are missing here: they were not read for too long",
                  "read the output all the time, or write it to a file",
                  null));
      lostCount = 0;
      thread.execute(() -> reports.forEach(report -> report.warning(lost)));
    }
    thread.execute(() -> reports.forEach(report -> tell(report, news)));
  }

  private static void tell(RelayReport report, Consumer<RelayReport> news) {
    try {
      news.accept(report);
    } catch (RuntimeException bug) {
      System.getLogger("dev.sluice.cli")
          .log(System.Logger.Level.WARNING, "a report failed: " + report, bug);
    }
  }

  /**
   * Waits until all was told; nothing is told any more after it.
   *
   * @param atMost how long, in case that nobody reads
   */
  void finish(Duration atMost) {
    thread.shutdown();
    try {
      var _ = thread.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
