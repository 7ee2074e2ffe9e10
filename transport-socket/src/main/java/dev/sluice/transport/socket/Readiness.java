package dev.sluice.transport.socket;

import dev.sluice.api.TransportException;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits until one direction of a non-blocking socket is ready.
 *
 * <p>Holds a selector from the first wait until {@link #close}. While it does, a socket that is
 * closed stays open in the kernel, and a socket cannot become blocking: close this too.
 *
 * <h2>Threading</h2>
 *
 * One thread waits; {@link #wake} and {@link #close} are for any thread and end the wait.
 */
final class Readiness {
  private final SocketChannel socket;
  private final int operation;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by {@link #lock}. */
  private @Nullable Selector selector;

  /**
   * Creates one that holds nothing yet.
   *
   * @param operation one of {@link java.nio.channels.SelectionKey}'s
   */
  Readiness(SocketChannel socket, int operation) {
    this.socket = socket;
    this.operation = operation;
  }

  /**
   * Waits.
   *
   * @param atMost how long; zero or less: only looks
   * @param pointless asked again after each {@link #wake}; true ends the wait
   * @return false if the time passed
   */
  boolean await(Duration atMost, BooleanSupplier pointless) throws IOException {
    Deadline deadline = Deadline.after(atMost);
    Selector waiting = opened();
    try {
      while (!pointless.getAsBoolean()) {
        boolean last = deadline.passed();
        int readyCount =
            last ? waiting.selectNow(_ -> {}) : waiting.select(_ -> {}, deadline.remainingMillis());
        if (!socket.isOpen()) {
          throw new AsynchronousCloseException();
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new ClosedByInterruptException();
        }
        if (readyCount > 0) {
          return true;
        }
        if (last) {
          return false;
        }
      }
      return true;
    } catch (ClosedSelectorException closed) {
      AsynchronousCloseException ended = new AsynchronousCloseException();
      ended.initCause(closed);
      throw ended;
    }
  }

  private static Selector open() throws TransportException {
    try {
      return Selector.open();
    } catch (IOException exhausted) {
      throw Descriptors.none("waiting with a time-out", exhausted);
    }
  }

  private Selector opened() throws IOException {
    lock.lock();
    try {
      if (selector != null) {
        return selector;
      }
      Selector opened = open();
      try {
        socket.register(opened, operation);
      } catch (IOException | RuntimeException closed) {
        opened.close();
        throw closed;
      }
      selector = opened;
      return opened;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the waiting thread, or the next one, ask whether waiting is pointless. */
  void wake() {
    lock.lock();
    try {
      if (selector != null) {
        selector.wakeup();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Frees the selector. The next wait, if the socket is still open, opens another. */
  void close() throws IOException {
    lock.lock();
    try {
      if (selector != null) {
        selector.close();
        selector = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Frees the selectors of both directions of a socket. */
  static void closeBoth(Readiness one, Readiness other) throws IOException {
    try {
      one.close();
    } finally {
      other.close();
    }
  }
}
