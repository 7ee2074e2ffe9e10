package dev.sluice.cli.session;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does things again and again, one at a time, in a thread that keeps no process alive. */
public final class Ticker implements AutoCloseable {
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("sluice-ticker").factory());

  private boolean closed;

  /** Creates a ticker that has nothing to do yet. */
  public Ticker() {}

  /**
   * Starts to do something.
   *
   * @param period how long after one time begins the next one
   * @param task what to do; it is done no more once it has thrown something
   */
  public void every(Duration period, Runnable task) {
    long nanos = period.toNanos();
    var _ = thread.scheduleAtFixedRate(() -> tick(task), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private synchronized void tick(Runnable task) {
    if (!closed) {
      task.run();
    }
  }

  /** Waits for what is being done; after this, nothing is done any more. */
  @Override
  public void close() {
    thread.shutdownNow();
    synchronized (this) {
      closed = true;
    }
  }
}
