package dev.sluice.transport.file;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens a FIFO or a device on a thread of its own, because {@code open(2)} blocks until a FIFO has
 * its other end, and nothing in the JDK can get a thread out of it.
 *
 * <p>Giving up on a FIFO opens it for reading and writing, which never blocks on Linux and is the
 * other end the stuck thread waits for; whatever that thread then opened is closed. Only where this
 * is impossible, because the FIFO was removed meanwhile or may be used one way only, or at a device
 * whose driver waits, the (daemon) thread stays until the system lets it go.
 */
final class SpecialFileOpening {
  /** How long to hold the other end: the stuck thread needs microseconds. */
  private static final Duration RELEASE_TIMEOUT = Duration.ofMillis(500);

  private final FileTarget target;
  private final OpenOption way;
  private final CompletableFuture<FileChannel> opened = new CompletableFuture<>();
  private final Thread thread;

  private SpecialFileOpening(FileTarget target, OpenOption way) {
    this.target = target;
    this.way = way;
    thread =
        Thread.ofPlatform().daemon().name("sluice-open " + target.path()).unstarted(this::open);
  }

  /**
   * Starts to open.
   *
   * @param way READ or WRITE
   */
  static SpecialFileOpening start(FileTarget target, OpenOption way) {
    SpecialFileOpening opening = new SpecialFileOpening(target, way);
    opening.thread.start();
    return opening;
  }

  private void open() {
    try {
      FileChannel file = FileChannel.open(target.path(), way);
      if (!opened.complete(file)) {
        file.close();
      }
    } catch (IOException | RuntimeException | Error failure) {
      opened.completeExceptionally(failure);
    }
  }

  /**
   * Waits for the file, which the caller then owns.
   *
   * @throws TimeoutException if it took too long; nothing stays open
   * @throws ClosedByInterruptException if the thread is interrupted; nothing stays open
   * @throws AsynchronousCloseException if another thread gave up
   * @throws IOException if it cannot be opened
   */
  FileChannel await(Duration atMost) throws IOException, TimeoutException {
    try {
      return opened.get(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      return outcome();
    } catch (TimeoutException late) {
      if (giveUp()) {
        throw late;
      }
      // It was opened just in time.
      return outcome();
    } catch (InterruptedException interrupted) {
      if (!giveUp() && opened.state() == CompletableFuture.State.SUCCESS) {
        opened.resultNow().close();
      }
      Thread.currentThread().interrupt();
      throw (IOException) new ClosedByInterruptException().initCause(interrupted);
    }
  }

  private FileChannel outcome() throws IOException {
    try {
      return PlatformCalls.outcomeOf(opened);
    } catch (AsynchronousCloseException givenUp) {
      throw givenUp;
    } catch (IOException failure) {
      throw FileFailure.opening(target.description(), failure);
    }
  }

  /**
   * Ends a wait, from any thread.
   *
   * @return false if there is nothing to give up: the file was opened, or that failed
   */
  boolean giveUp() {
    if (!opened.completeExceptionally(new AsynchronousCloseException())) {
      return false;
    }
    if (target.kind() == FileKind.FIFO) {
      release(target.path());
    }
    return true;
  }

  private void release(Path fifo) {
    try (FileChannel _ = FileChannel.open(fifo, READ, WRITE)) {
      Uninterruptibles.joinUninterruptibly(thread, RELEASE_TIMEOUT);
    } catch (IOException removedOrForbidden) {
      // The class says what this leaves behind; whoever gives up cannot do more.
    }
  }
}
