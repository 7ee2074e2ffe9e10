package dev.sluice.transport.socket;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a connection broke, because the kernel does not: it reports a reset once, and says
 * "end of stream" to every read from then on.
 *
 * <h2>Threading</h2>
 *
 * One thread writes; everything else is safe for any thread.
 */
final class Breakage {
  /** What a write needs to report a failure it has already met, on a machine that is busy. */
  private static final Duration REPORT = Duration.ofMillis(200);

  private final String channelName;

  /** Odd while a thread is inside a write. */
  private final AtomicLong writes = new AtomicLong();

  /** Set before the write that met it counts as ended. */
  private volatile @Nullable TransportException first;

  Breakage(String channelName) {
    this.channelName = channelName;
  }

  /** Counts a write that is about to enter the kernel. */
  void beforeWrite() {
    writes.getAndIncrement();
  }

  /** Counts its end. Comes after {@link #met} where it failed. */
  void afterWrite() {
    writes.getAndIncrement();
  }

  /**
   * Returns what to throw for a failure of the socket, and remembers it.
   *
   * @param doing what failed, such as {@code reading}
   */
  IOException met(String doing, IOException failure) {
    if (failure instanceof ClosedChannelException) {
      return failure;
    }
    TransportException translated = SocketFailures.broken(channelName, doing, failure);
    if (first == null) {
      first = translated;
    }
    return translated;
  }

  /**
   * Makes sure that "end of stream" is the peer's end.
   *
   * <p>A reset wakes the reader and the writer. The kernel reports it to the one that looks first;
   * if that is the writer, the reader may be told "end of stream" before the writer comes to
   * report. So a write that is in progress gets the time to end. One that really waits, for a peer
   * that only ended its own side, delays the reader once, by that time.
   *
   * @param pointless whether nobody wants to know any more
   * @throws TransportException if the connection broke
   */
  void confirmEnd(BooleanSupplier pointless) throws TransportException {
    long seen = writes.get();
    Deadline deadline = Deadline.after(REPORT);
    while (seen % 2 != 0
        && writes.get() == seen
        && !pointless.getAsBoolean()
        && !deadline.passed()
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, 100_000);
    }
    TransportException known = first;
    if (known != null) {
      throw new TransportException(
          Kind.RESET,
          "the connection to " + channelName + " broke before: this is not the end of the stream",
          known.hint().orElse(null),
          known);
    }
  }
}
