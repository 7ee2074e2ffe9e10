package dev.sluice.it.transfer;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Work in a thread of its own, which does not keep the JVM alive. */
final class Task<T> {
  private static final int LIMIT_SECONDS = 20;

  private final FutureTask<T> future;

  private Task(FutureTask<T> future) {
    this.future = future;
  }

  /** Starts it, in a platform thread because FIFOs block their carrier. */
  static <T> Task<T> start(Callable<T> work) {
    FutureTask<T> future = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(future);
    return new Task<>(future);
  }

  /** Waits for its result. */
  T result() throws Exception {
    return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
