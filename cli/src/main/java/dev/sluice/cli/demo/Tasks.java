package dev.sluice.cli.demo;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks at the same time. The first that fails, or the time limit, ends all the others, by
 * interrupt: that ends every call of a transport.
 */
final class Tasks implements AutoCloseable {
  /** A task. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException;
  }

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("sluice-demo-", 0).factory());

  private final ExecutorCompletionService<Boolean> done = new ExecutorCompletionService<>(threads);
  private int running;

  /** Starts a task. */
  void start(Task task) {
    running++;
    var _ =
        done.submit(
            () -> {
              task.run();
              return true;
            });
  }

  /** Waits until all have run; throws what the first threw that failed. */
  void await(Duration atMost) throws IOException {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      for (; running > 0; running--) {
        @Nullable Future<Boolean> next =
            done.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          throw new TransportException(
              Kind.TIMED_OUT, "not complete within " + atMost.toSeconds() + " s");
        }
        var _ = next.get();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TransportException(Kind.CANCELLED, "interrupted", interrupted);
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException bug -> throw bug;
        case Error bug -> throw bug;
        case null, default -> throw new IllegalStateException(failed);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
