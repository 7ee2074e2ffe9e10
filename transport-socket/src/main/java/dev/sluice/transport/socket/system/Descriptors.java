package dev.sluice.transport.socket.system;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/** What to do where this process, or the system, is out of descriptors; for any thread. */
public final class Descriptors {
  /** Waits for a channel; needs a descriptor for it. */
  @FunctionalInterface
  public interface Wait {
    /**
     * Returns false if the time passed.
     *
     * @param time how long to wait
     * @throws TransportException of kind {@link Kind#LIMIT} if there is no descriptor
     * @throws IOException if the channel is closed, or the thread is interrupted
     */
    boolean atMost(Duration time) throws IOException;
  }

  private static final Duration PAUSE = Duration.ofMillis(10);

  private Descriptors() {}

  /**
   * Returns that there is none.
   *
   * @param purpose what it was wanted for
   * @param cause what the system said
   */
  public static TransportException none(String purpose, Throwable cause) {
    return new TransportException(
        Kind.LIMIT,
        "no descriptor for " + purpose + ": " + SystemWords.of(cause),
        "close connections, or raise the limit of open files (ulimit -n)",
        cause);
  }

  /**
   * Makes sure that there are some, for what would take their absence for something else. Others
   * may take them before it does.
   *
   * @param count how many
   * @param purpose what for
   * @throws TransportException of kind {@link Kind#LIMIT} if there are fewer
   */
  public static void require(int count, String purpose) throws TransportException {
    Deque<SocketChannel> taken = new ArrayDeque<>();
    try {
      try {
        while (taken.size() < count) {
          taken.push(SocketChannel.open());
        }
      } finally {
        while (!taken.isEmpty()) {
          taken.pop().close();
        }
      }
    } catch (IOException exhausted) {
      throw none(purpose, exhausted);
    }
  }

  /**
   * Waits; where there is no descriptor to do it with, only for a moment. For those who look again
   * in any case: a connection that is open must not fail for want of one more.
   *
   * @param wait how
   * @param deadline until when
   * @return false if the time passed
   * @throws ClosedByInterruptException if the thread is interrupted; its status stays set
   */
  public static boolean awaitOrPause(Wait wait, Deadline deadline) throws IOException {
    try {
      return wait.atMost(deadline.remaining());
    } catch (TransportException none) {
      if (none.kind() != Kind.LIMIT) {
        throw none;
      }
      LockSupport.parkNanos(Math.min(PAUSE.toNanos(), deadline.remainingNanos()));
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      return !deadline.passed();
    }
  }
}
