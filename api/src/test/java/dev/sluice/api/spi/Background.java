package dev.sluice.api.spi;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A call in a thread of its own, which a test wants to see block, wake and end. */
final class Background<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private Background(FutureTask<T> task, Thread thread) {
    this.task = task;
    this.thread = thread;
  }

  static <T> Background<T> run(Callable<T> body) {
    return on(Thread.ofPlatform().daemon(), body);
  }

  static <T> Background<T> on(Thread.Builder kind, Callable<T> body) {
    var task = new FutureTask<>(body);
    return new Background<>(task, kind.start(task));
  }

  /** Returns once the thread waits for something. */
  Background<T> awaitBlocked() {
    until(this::isBlockedOrEnded);
    if (task.isDone()) {
      throw new AssertionError("ended instead of blocking: " + task);
    }
    return this;
  }

  boolean isBlockedOrEnded() {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, TERMINATED -> true;
      default -> false;
    };
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Returns what the call returned. */
  T result() throws Exception {
    try {
      return task.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    } catch (TimeoutException stuck) {
      var failure = new AssertionError("still running after 10 s", stuck);
      failure.setStackTrace(thread.getStackTrace());
      throw failure;
    }
  }

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not so after 10 s");
      }
      LockSupport.parkNanos(50_000);
    }
  }
}
