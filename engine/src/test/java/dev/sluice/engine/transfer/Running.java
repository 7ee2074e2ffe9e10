package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A copy in a thread of its own. */
final class Running {
  private static final long LIMIT_SECONDS = 20;

  private final FutureTask<CopyResult> task;
  private final Thread thread;

  /** Whether the thread was left interrupted; written before the task is done. */
  private volatile boolean interrupted;

  private Running(Copy copy, Thread.Builder threads) {
    task =
        new FutureTask<>(
            () -> {
              try {
                return copy.run();
              } finally {
                interrupted = Thread.currentThread().isInterrupted();
              }
            });
    thread = threads.start(task);
  }

  static Running start(Copy copy) {
    return start(copy, Thread.ofPlatform().daemon());
  }

  static Running start(Copy copy, Thread.Builder threads) {
    return new Running(copy, threads);
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Tells of the end only. */
  boolean wasLeftInterrupted() {
    return interrupted;
  }

  CopyResult result() throws Exception {
    return task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  TransferException failure() throws InterruptedException {
    try {
      return fail("it returned " + task.get(LIMIT_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException failed) {
      return assertInstanceOf(TransferException.class, failed.getCause());
    } catch (TimeoutException stuck) {
      AssertionError failure = new AssertionError("still running; its stack trace:", stuck);
      failure.setStackTrace(thread.getStackTrace());
      throw failure;
    }
  }
}
