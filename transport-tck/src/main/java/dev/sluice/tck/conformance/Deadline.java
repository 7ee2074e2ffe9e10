package dev.sluice.tck.conformance;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;

/** Runs a test in a thread of its own: a transport that blocks for ever must not stop the kit. */
final class Deadline {
  private static final int SHOWN_FRAMES = 12;

  private Deadline() {}

  /**
   * Runs a test, and leaves it behind, interrupted, when the time has passed.
   *
   * @throws Throwable what the test threw; an {@link AssertionError} where it did not end
   */
  static void run(Invocation<Void> test, Duration atMost) throws Throwable {
    FutureTask<Void> running =
        new FutureTask<>(
            () -> {
              try {
                return test.proceed();
              } catch (Exception | Error failed) {
                throw failed;
              } catch (Throwable odd) {
                throw new ExecutionException(odd);
              }
            });
    Thread thread = Thread.ofPlatform().daemon().name("tck-test").start(running);
    try {
      running.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause();
    } catch (TimeoutException late) {
      AssertionError hanging =
          new AssertionError("the test did not end within " + atMost + "; it is at" + at(thread));
      thread.interrupt();
      throw hanging;
    } catch (InterruptedException stopped) {
      thread.interrupt();
      throw stopped;
    }
  }

  private static String at(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(SHOWN_FRAMES, stack.length); i++) {
      text.append("\n      ").append(stack[i]);
    }
    return text.toString();
  }
}
