package dev.sluice.cli.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps the JVM from ending in the middle of a task. A signal that came before {@link StopSignals}
 * could catch it ends the JVM while the task begins, and would leave behind what that has begun.
 * Until {@link #close} such an end waits for the task, which it cancels.
 */
public final class ExitGuard implements AutoCloseable {
  private final Consumer<String> canceller;
  private final CompletableFuture<StopSignal> caught;
  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().unstarted(this::cancelAndWait);

  /**
   * Starts to guard.
   *
   * @param canceller told why the task is to end; does not wait for that
   * @param caught the last signal that is handled; one after it is to end the JVM at once
   * @throws EndingException if the JVM is ending already
   */
  public ExitGuard(Consumer<String> canceller, CompletableFuture<StopSignal> caught) {
    this.canceller = canceller;
    this.caught = caught;
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException ending) {
      throw new EndingException(ending);
    }
  }

  private void cancelAndWait() {
    if (caught.isDone()) {
      return;
    }
    canceller.accept("the process was told to end");
    try {
      var _ = told.await(StoppableTask.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the JVM end: all has been told. */
  @Override
  public void close() {
    told.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The hook runs already, and ends now.
    }
  }
}
