package dev.sluice.cli.relay;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.cli.console.Failure;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells a report what happens, one thing after the other, in a thread of its own. Whoever reads it
 * may stop reading, such as a pager or a log collector: that must hold up neither connections nor
 * signals nor other reports. What cannot be told for want of room is lost, and counted.
 */
final class Teller {
  /** A few thousand connections come and go, with all that is said of them. */
  static final int MOST_WAITING = 10_000;

  /** How often to look whether somebody reads. */
  private static final Duration LOOK_PERIOD = Duration.ofMillis(100);

  private final RelayReport report;
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

  Teller(RelayReport report) {
    this.report = report;
  }

  RelayReport report() {
    return report;
  }

  /** Tells something; does not wait for that. */
  synchronized void tell(Consumer<RelayReport> news) {
    if (thread.getQueue().size() < MOST_WAITING) {
      thread.execute(() -> hear(news));
    } else {
      lostCount++;
    }
  }

  /** Tells what is out of date soon: not at all while other things wait to be told. */
  synchronized void tellInPassing(Consumer<RelayReport> news) {
    if (thread.getQueue().isEmpty()) {
      thread.execute(() -> hear(news));
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
      thread.execute(() -> hear(to -> to.warning(lost)));
    }
    thread.execute(() -> hear(news));
  }

  private void hear(Consumer<RelayReport> news) {
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
   * @param patience for how long nothing may be read: then nobody reads
   */
  void finish(Duration patience) {
    thread.shutdown();
    try {
      long toldCount = -1;
      long end = 0;
      while (!thread.awaitTermination(LOOK_PERIOD.toNanos(), TimeUnit.NANOSECONDS)) {
        long now = System.nanoTime();
        if (thread.getCompletedTaskCount() != toldCount) {
          toldCount = thread.getCompletedTaskCount();
          end = now + patience.toNanos();
        } else if (now - end >= 0) {
          return;
        }
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
