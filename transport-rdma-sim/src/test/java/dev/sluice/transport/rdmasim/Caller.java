package dev.sluice.transport.rdmasim;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The kinds of threads that call a channel. */
enum Caller {
  PLATFORM,
  VIRTUAL;

  /** A call in a thread of its own. */
  record Call<T>(Thread thread, FutureTask<T> task) {
    T result() throws Exception {
      return result(10, TimeUnit.SECONDS);
    }

    T resultWithinOneSecond() throws Exception {
      return result(1, TimeUnit.SECONDS);
    }

    private T result(long atMost, TimeUnit unit) throws Exception {
      try {
        return task.get(atMost, unit);
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw failed;
      }
    }

    /** Returns what the call threw, within the second that the contract gives it. */
    Throwable failureWithinOneSecond() throws InterruptedException, TimeoutException {
      try {
        T result = task.get(1, TimeUnit.SECONDS);
        throw new AssertionError("no failure but " + result);
      } catch (ExecutionException failed) {
        return Objects.requireNonNull(failed.getCause());
      }
    }

    /** Waits until the call waits for its peer, and goes on waiting. */
    Call<T> untilBlocked() {
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(5))
          .during(Duration.ofMillis(40))
          .until(this::isBlocked);
      return this;
    }

    private boolean isBlocked() {
      if (thread.getState() == Thread.State.WAITING
          || thread.getState() == Thread.State.TIMED_WAITING) {
        return true;
      }
      StackTraceElement[] stack = thread.getStackTrace();
      return !thread.isVirtual()
          && stack.length > 0
          && stack[0].isNativeMethod()
          && stack[0].getClassName().startsWith("sun.nio.ch.");
    }
  }

  <T> Call<T> start(Callable<T> callable) {
    FutureTask<T> task = new FutureTask<>(callable);
    Thread thread =
        this == VIRTUAL
            ? Thread.ofVirtual().unstarted(task)
            : Thread.ofPlatform().daemon().unstarted(task);
    thread.start();
    return new Call<>(thread, task);
  }
}
