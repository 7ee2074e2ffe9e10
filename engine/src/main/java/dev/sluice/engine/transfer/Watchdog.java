package dev.sluice.engine.transfer;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timers of a transfer. Channels have none of their own: what takes too long is ended from
 * here, with an abort. Actions run one at a time on a daemon thread that closing ends.
 */
final class Watchdog implements AutoCloseable {
  /** Ends a timer; harmless after it has run. */
  interface Timer extends AutoCloseable {
    @Override
    void close();
  }

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("sluice-watchdog").factory());

  Watchdog() {
    executor.setRemoveOnCancelPolicy(true);
  }

  /** Runs an action once, unless the timer is closed before. */
  Timer after(Duration delay, Runnable action) {
    return timer(executor.schedule(action, nanos(delay), TimeUnit.NANOSECONDS));
  }

  /** Runs an action again and again until the timer is closed, also after it has thrown. */
  Timer every(Duration period, Runnable action) {
    long nanos = nanos(period);
    return timer(
        executor.scheduleAtFixedRate(() -> run(action), nanos, nanos, TimeUnit.NANOSECONDS));
  }

  /** The executor would never run again what has thrown, and all timers would be lost unseen. */
  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error failure) {
      System.getLogger("dev.sluice.engine")
          .log(System.Logger.Level.WARNING, "a timer failed", failure);
    }
  }

  private static Timer timer(ScheduledFuture<?> future) {
    return () -> future.cancel(false);
  }

  /** A duration of centuries is as good as one of 292 years, which fits. */
  static long nanos(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
