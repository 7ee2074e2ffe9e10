package dev.sluice.cli.copy;

import dev.sluice.engine.transfer.Copy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the JVM from ending in the middle of a copy. A signal that came before {@link StopSignals}
 * could catch it ends the JVM while the copy begins, and would leave behind what that has begun.
 * Until {@link #close} such an end waits for the copy, which it cancels.
 */
final class ExitGuard implements AutoCloseable {
  private final Copy copy;
  private final CompletableFuture<StopSignal> caught;
  private final Duration atMost;
  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().unstarted(this::cancelAndWait);

  /**
   * Starts to guard.
   *
   * @param caught the signal that is handled; one after it is to end the JVM at once
   * @param atMost how long an end may wait
   * @throws IllegalStateException if the JVM is ending already
   */
  ExitGuard(Copy copy, CompletableFuture<StopSignal> caught, Duration atMost) {
    this.copy = copy;
    this.caught = caught;
    this.atMost = atMost;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void cancelAndWait() {
    if (caught.isDone()) {
      return;
    }
    copy.cancel("the process was told to end");
    try {
      var _ = told.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
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
