package dev.sluice.transport.file;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.sluice.api.TransportException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The end of an open file, once: complete, with sync, {@code close(2)} and publication under its
 * final name; or abandoned.
 *
 * <p>A sync of some gigabytes takes minutes on a slow disk and nothing can interrupt it, so it runs
 * on a thread of its own: whoever waits for it is released at once when the file is abandoned, and
 * the descriptor is closed when the sync returns.
 */
final class FileEnd {
  /** How long an abort waits for the descriptor to be closed, which takes microseconds. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

  private final FileChannel file;
  private final boolean fsync;
  private final Publication publication;
  private final CompletableFuture<Boolean> published = new CompletableFuture<>();

  /** The first failed write: the file can never be complete. */
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

  /** Whoever sets it closes the descriptor: closing waits for a sync in progress. */
  private final AtomicBoolean closing = new AtomicBoolean();

  FileEnd(FileChannel file, boolean fsync, Publication publication) {
    this.file = file;
    this.fsync = fsync;
    this.publication = publication;
  }

  /**
   * Notes that a write failed, after which {@link #complete} refuses.
   *
   * @return the failure
   */
  IOException failed(IOException write) {
    failure.compareAndSet(null, write);
    return write;
  }

  /**
   * Completes the file and waits for that.
   *
   * @throws AsynchronousCloseException if it is abandoned first
   * @throws ClosedByInterruptException if the thread is interrupted before the file has its name;
   *     the file is abandoned. Afterwards an interrupt comes too late, as an abort does
   * @throws IOException if it fails; the descriptor is closed
   */
  void complete() throws IOException {
    IOException first = failure.get();
    if (first != null) {
      throw new TransportException(
          TransportException.kindOf(first), "not complete: " + first.getMessage(), first);
    }
    if (!closing.compareAndSet(false, true)) {
      throw new AsynchronousCloseException();
    }
    if (fsync) {
      Thread.ofPlatform().daemon().name("sluice-fsync").start(this::store);
    } else {
      store();
    }
    try {
      published.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      publication.discard();
      if (!isPublished()) {
        abandon();
        throw (IOException) new ClosedByInterruptException().initCause(interrupted);
      }
      PlatformCalls.outcomeOf(published);
    } catch (ExecutionException failed) {
      PlatformCalls.outcomeOf(published);
    }
  }

  private void store() {
    try {
      try (file) {
        publication.prepare();
        if (fsync) {
          file.force(true);
        }
      }
      publication.publish();
      published.complete(true);
    } catch (IOException | RuntimeException | Error failure) {
      published.completeExceptionally(failure);
    }
  }

  /** Abandons the file at once, also while it is being completed or when that failed. */
  void abandon() throws IOException {
    published.completeExceptionally(new AsynchronousCloseException());
    try {
      publication.discard();
    } finally {
      if (closing.compareAndSet(false, true)) {
        closeAside();
      }
    }
  }

  /** Returns whether the file has its name, and is complete. */
  boolean isPublished() {
    return publication.isPublished();
  }

  /** Returns what abandoning the file leaves behind. */
  Optional<String> remains() {
    return publication.remains();
  }

  /**
   * Closes on a thread of its own: the JDK (25) waits in {@code close} for a borrower's {@code
   * transferTo} into this file, and that goes on until its source is closed too.
   */
  private void closeAside() {
    Thread closer =
        Thread.ofPlatform()
            .daemon()
            .name("sluice-close")
            .start(
                () -> {
                  try {
                    file.close();
                  } catch (IOException abandoned) {
                    // Nobody relies on these bytes any more.
                  }
                });
    Uninterruptibles.joinUninterruptibly(closer, CLOSE_TIMEOUT);
  }
}
