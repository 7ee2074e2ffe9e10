package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.tck.conformance.Run;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call in a thread of its own, with the waits that the contract speaks of. None of them waits for
 * ever.
 *
 * @param <T> what the call returns
 */
final class Task<T> {
  private final FutureTask<T> future;
  private final Thread thread;
  private final Run run;

  /** On a busy machine a thread may start later than a call counts as blocked. */
  private final CountDownLatch begun;

  private Task(FutureTask<T> future, Thread thread, Run run, CountDownLatch begun) {
    this.future = future;
    this.thread = thread;
    this.run = run;
    this.begun = begun;
  }

  static <T> Task<T> start(Run run, ThreadKind kind, Callable<T> call) {
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<T> future =
        new FutureTask<>(
            () -> {
              begun.countDown();
              return call.call();
            });
    Thread thread = kind.unstarted(future);
    thread.start();
    return new Task<>(future, thread, run, begun);
  }

  Thread thread() {
    return thread;
  }

  boolean isDone() {
    return future.isDone();
  }

  /** Returns what the call returned, or throws what it threw. */
  T result() throws Exception {
    return resultWithin(run.guard(), "the call did not return");
  }

  /** Returns what the call returned within the second in which threads have to wake. */
  T resultWithinASecond() throws Exception {
    return resultWithin(run.second(), "the thread did not wake within 1 s");
  }

  /** As {@link #result}, for a call that moves many bytes. */
  T resultOfATransfer() throws Exception {
    return resultWithin(run.guard().multipliedBy(6), "the transfer did not end");
  }

  /** Waits for the end of a call, however it ends. */
  void settle() throws InterruptedException {
    try {
      future.get(run.guard().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException whatever) {
      thread.interrupt();
    }
  }

  /** Waits for the end of a call, and returns what it threw; empty: it returned, or goes on. */
  Optional<Throwable> thrown() throws InterruptedException {
    settle();
    return future.state() == Future.State.FAILED
        ? Optional.of(future.exceptionNow())
        : Optional.empty();
  }

  private T resultWithin(Duration time, String otherwise) throws Exception {
    try {
      return future.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (failed.getCause() instanceof Error cause) {
        throw cause;
      }
      throw failed;
    } catch (TimeoutException late) {
      throw new AssertionError(otherwise + " (" + time + "); it is at " + stack(), late);
    }
  }

  /** Returns what the call threw, whenever that was. */
  <X extends Throwable> X failure(Class<X> type) throws Exception {
    return failureBy(type, run.guard());
  }

  /** Returns what the call threw within the second in which threads have to wake. */
  <X extends Throwable> X failureWithinASecond(Class<X> type) throws Exception {
    return failureBy(type, run.second());
  }

  /** Returns what the call threw by the end of its own time and the second to wake. */
  <X extends Throwable> X failureWithin(Class<X> type, Duration own) throws Exception {
    return failureBy(type, own.plus(run.second()));
  }

  private <X extends Throwable> X failureBy(Class<X> type, Duration time) throws Exception {
    try {
      T result = future.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return fail("expected " + type.getName() + ", but the call returned " + result);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
      throw new AssertionError("expected " + type.getName() + ", not " + cause, cause);
    } catch (TimeoutException late) {
      throw new AssertionError(
          "the thread did not wake within " + time + "; it is at " + stack(), late);
    }
  }

  /** Waits a while, and tells whether the call is still inside. */
  boolean staysBlocked() throws InterruptedException {
    return staysBlockedFor(run.quiet());
  }

  /** Waits so long, and tells whether the call is still inside. */
  boolean staysBlockedFor(Duration time) throws InterruptedException {
    awaitBegin();
    try {
      future.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (ExecutionException ended) {
      return false;
    } catch (TimeoutException blocked) {
      return true;
    }
  }

  /** Waits a while, and fails if the call ends meanwhile: it has to be blocked. */
  Task<T> assertStaysBlocked() throws Exception {
    awaitBegin();
    try {
      T result = future.get(run.quiet().toMillis(), TimeUnit.MILLISECONDS);
      return fail("the call should block, but it returned " + result);
    } catch (ExecutionException failed) {
      throw new AssertionError(
          "the call should block, but it threw " + failed.getCause(), failed.getCause());
    } catch (TimeoutException blocked) {
      return this;
    }
  }

  private void awaitBegin() throws InterruptedException {
    assertTrue(
        begun.await(run.guard().toMillis(), TimeUnit.MILLISECONDS), "the thread never started");
  }

  private String stack() {
    StackTraceElement[] stack = thread.getStackTrace();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(6, stack.length); i++) {
      text.append("\n      ").append(stack[i]);
    }
    return text.toString();
  }
}
