package dev.sluice.transport.file;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * System calls that may block for long, made where closing the file ends them.
 *
 * <p>The JDK (25) cannot get a virtual thread out of a blocked {@code read} or {@code write} of a
 * FIFO: neither {@code close} nor an interrupt returns, and each such thread keeps a carrier. So a
 * virtual caller waits while one platform thread, started when first needed, makes the call.
 */
final class PlatformCalls implements AutoCloseable {
  private final ExecutorService thread;

  /**
   * Starts nothing yet.
   *
   * @param name the thread's, should there be one
   */
  PlatformCalls(String name) {
    thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  /**
   * Makes a call and returns its outcome; not ended by an interrupt, because the call uses the
   * caller's buffers: whoever interrupts closes the file, which ends the call.
   */
  <T> T make(Callable<T> call) throws IOException {
    if (!Thread.currentThread().isVirtual()) {
      try {
        return call.call();
      } catch (Exception failure) {
        throw asIoException(failure);
      }
    }
    Future<T> outcome;
    try {
      outcome = thread.submit(call);
    } catch (RejectedExecutionException closed) {
      throw (IOException) new ClosedChannelException().initCause(closed);
    }
    return outcomeOf(outcome);
  }

  /** Waits for a call, and throws what it threw. */
  static <T> T outcomeOf(Future<T> call) throws IOException {
    try {
      return Uninterruptibles.getUninterruptibly(call);
    } catch (ExecutionException failed) {
      throw asIoException(Objects.requireNonNullElse(failed.getCause(), failed));
    }
  }

  private static IOException asIoException(Throwable failure) {
    Throwables.throwIfUnchecked(failure);
    return failure instanceof IOException known ? known : new IOException(failure);
  }

  /** Ends the thread when the call in progress, if any, returns. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
