package dev.sluice.cli.session;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A task in a thread of its own, so that the command ends within 3 s of being told to even if a
 * transport does not let go.
 *
 * @param <R> what it leads to
 */
public final class StoppableTask<R> {
  /** How long a task may take to end; leaves the JVM half a second for its own end. */
  public static final Duration PATIENCE = Duration.ofMillis(2_500);

  /** Threads that keep no process alive. */
  public static final Executor DAEMONS =
      task -> Thread.ofPlatform().daemon().name("sluice-command").start(task);

  private final Callable<R> task;
  private final Consumer<String> canceller;
  private final CompletableFuture<R> outcome = new CompletableFuture<>();

  /**
   * Creates a task that does not run yet.
   *
   * @param task what to do
   * @param canceller told why the task is to end; safe for any thread
   */
  public StoppableTask(Callable<R> task, Consumer<String> canceller) {
    this.task = task;
    this.canceller = canceller;
  }

  /** Starts it. */
  public void start() {
    DAEMONS.execute(this::complete);
  }

  private void complete() {
    try {
      outcome.complete(task.call());
    } catch (Throwable failure) {
      outcome.completeExceptionally(failure);
    }
  }

  /**
   * Tells the task to end, and waits for it no longer than {@link #PATIENCE}; does nothing once it
   * has ended. Any thread.
   *
   * @param reason what to say
   */
  public void cancel(String reason) {
    CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS, DAEMONS)
        .execute(() -> outcome.completeExceptionally(new StuckException(reason, PATIENCE)));
    canceller.accept(reason);
  }

  /**
   * Waits for the end.
   *
   * @return what it led to
   * @throws CompletionException around what it threw, or around a {@link StuckException}
   */
  public R join() {
    return outcome.join();
  }
}
