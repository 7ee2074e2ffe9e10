package dev.sluice.transport.file;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assertions;

/** The two sorts of threads that call a channel. */
enum Caller {
  PLATFORM,
  VIRTUAL;

  /** What a channel promises: whoever is blocked in it is out after this. */
  static final Duration PROMPTLY = Duration.ofSeconds(1);

  /** A call in progress in a thread of its own. */
  record Call<T>(Thread thread, FutureTask<T> task) {
    /** Waits for the result, or throws what the call threw. */
    T result() throws Exception {
      return within(Duration.ofSeconds(8));
    }

    /** Waits for the exception the call ends with, as long as a channel may take. */
    <X extends Throwable> X failure(Class<X> type) {
      return Assertions.assertThrowsExactly(type, () -> within(PROMPTLY));
    }

    T within(Duration atMost) throws Exception {
      try {
        return task.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof Exception known) {
          throw known;
        }
        throw failed;
      } catch (TimeoutException late) {
        throw new AssertionError("still blocked after " + atMost, late);
      }
    }
  }

  <T> Call<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread =
        this == VIRTUAL
            ? Thread.ofVirtual().start(task)
            : Thread.ofPlatform().daemon().name("test-caller").start(task);
    return new Call<>(thread, task);
  }

  /** Waits until some thread is inside a system call, such as {@code read}. */
  static void awaitThreadIn(String systemCall) {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> threadsIn(systemCall) > 0);
  }

  static long threadsIn(String systemCall) {
    Collection<StackTraceElement[]> stacks = Thread.getAllStackTraces().values();
    return stacks.stream()
        .filter(stack -> stack.length > 0 && isCall(stack[0], systemCall))
        .count();
  }

  private static boolean isCall(StackTraceElement frame, String systemCall) {
    return frame.isNativeMethod()
        && frame.getClassName().startsWith("sun.nio.")
        && frame.getMethodName().startsWith(systemCall);
  }
}
