package dev.sluice.engine;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call in a thread of its own, which a test wants to see block, wake and end. */
final class Background<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private Background(FutureTask<T> task, Thread thread) {
    this.task = task;
    this.thread = thread;
  }

  static <T> Background<T> run(Callable<T> body) {
    return run(ThreadKind.PLATFORM, body);
  }

  static <T> Background<T> run(ThreadKind kind, Callable<T> body) {
    var task = new FutureTask<>(body);
    return new Background<>(task, kind.start(task));
  }

  /** Returns once the thread waits for something. */
  Background<T> awaitBlocked() {
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                switch (thread.getState()) {
                  case WAITING, TIMED_WAITING, BLOCKED -> true;
                  case TERMINATED -> throw new AssertionError("ended instead of blocking: " + task);
                  default -> false;
                });
    return this;
  }

  boolean isDone() {
    return task.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Returns what the call returned; throws an assertion error if it threw. */
  T result() {
    try {
      return task.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new AssertionError("the call failed", failed.getCause());
    } catch (TimeoutException | InterruptedException stuck) {
      throw stuck(stuck);
    }
  }

  /** Returns what the call threw. */
  Throwable failure() {
    return failureWithin(10_000);
  }

  /** Returns what the call threw, or throws an assertion error if it goes on for longer. */
  Throwable failureWithin(long timeoutMillis) {
    try {
      return fail("it returned " + task.get(timeoutMillis, TimeUnit.MILLISECONDS));
    } catch (ExecutionException failed) {
      return requireNonNull(failed.getCause());
    } catch (TimeoutException | InterruptedException stuck) {
      throw stuck(stuck);
    }
  }

  private AssertionError stuck(Exception cause) {
    var failure = new AssertionError("the call is still running; its stack trace:", cause);
    failure.setStackTrace(thread.getStackTrace());
    return failure;
  }
}
