package dev.sluice.engine.transfer;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs a transfer on a platform thread for a caller that is a virtual one. */
final class PlatformThread {
  private PlatformThread() {}

  /** Something that gives a result or a {@link TransferException}. */
  @FunctionalInterface
  interface Task<T> {
    T run() throws TransferException;
  }

  /** Runs a task and waits for it; an interrupt of the waiting thread is passed on. */
  static <T> T call(Task<T> task, Runnable onInterrupt) throws TransferException {
    FutureTask<T> future = new FutureTask<>(task::run);
    Thread.ofPlatform().daemon().name("sluice-transfer").start(future);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException passedOn) {
          interrupted = true;
          onInterrupt.run();
        }
      }
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case TransferException transfer -> throw transfer;
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(failed);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
