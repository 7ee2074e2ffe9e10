package dev.sluice.transport.socket;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How a connected stream socket ends.
 *
 * <ul>
 *   <li>A TCP socket has {@code SO_LINGER} 0 from the start: whatever closes it without further
 *       preparation resets the connection. That is so for {@code abort}, for an interrupt, which
 *       makes the JDK close the socket by itself, and for the kernel when this process is killed.
 *   <li>The orderly end alone turns {@code SO_LINGER} off, ends the output, and discards input
 *       until the peer's end, because closing a socket with unread input resets the connection and
 *       drops output on its way. If the peer keeps its side open for longer than the linger time,
 *       the end fails and the connection is reset.
 *   <li>{@code shutdown(WRITE)} leaves {@code SO_LINGER} at 0, which has no effect before the
 *       socket is closed: the kernel delivers everything, and then the end, for as long as this
 *       process lives.
 *   <li>{@code shutdown(READ)} tells the kernel only when a thread has to be woken in a read. Input
 *       that the kernel was told to refuse can be neither read nor discarded, so the orderly end
 *       then cannot wait for the peer, and bytes that the peer still sends may cost it bytes of
 *       ours.
 *   <li>If the peer ends its side first, the orderly end returns at once, and the kernel delivers
 *       what is left in the background.
 *   <li>On unix sockets {@code SO_LINGER} has no effect: an abandoned stream ends like a complete
 *       one.
 * </ul>
 *
 * <h2>Threading</h2>
 *
 * One thread delivers; {@link #abandon} is for any thread, at any moment.
 */
final class SocketEnd {
  /** Little, and on the heap: what is outside of it waits for a collection when many end. */
  private static final int DRAIN_BYTE_COUNT = 16 << 10;

  private final SocketChannel socket;
  private final String channelName;
  private final boolean resets;
  private final Duration linger;
  private final Breakage breakage;
  private final Readiness readable;
  private final Readiness writable;

  /**
   * Keeps an abort from coming between the steps of the orderly end, one of which makes a close
   * look complete.
   */
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Creates the end of a socket.
   *
   * @param resets whether {@code SO_LINGER} has an effect on it
   * @param linger how long the peer may take to end its side
   */
  SocketEnd(
      SocketChannel socket,
      String channelName,
      boolean resets,
      Duration linger,
      Breakage breakage,
      Readiness readable,
      Readiness writable) {
    this.socket = socket;
    this.channelName = channelName;
    this.resets = resets;
    this.linger = linger;
    this.breakage = breakage;
    this.readable = readable;
    this.writable = writable;
  }

  /**
   * Ends in an orderly way: what was written is read by a living peer.
   *
   * @param inputRefused whether the kernel was told to refuse input
   * @throws IOException if that cannot be, or is not known; {@link #abandon} is to follow
   */
  void deliver(boolean inputRefused) throws IOException {
    Deadline deadline = Deadline.after(linger);
    endOutput();
    if (!inputRefused) {
      drain(deadline);
    }
    Readiness.closeBoth(readable, writable);
    // Not twice: where an abort came first, the socket is closed and this does nothing.
    socket.close();
  }

  private void endOutput() throws IOException {
    lock.lock();
    try {
      if (resets) {
        socket.setOption(StandardSocketOptions.SO_LINGER, -1);
      }
      socket.shutdownOutput();
    } catch (IOException broken) {
      throw breakage.met("ending the output", broken);
    } finally {
      lock.unlock();
    }
  }

  private void drain(Deadline deadline) throws IOException {
    Readiness.closeBoth(readable, writable);
    socket.configureBlocking(false);
    ByteBuffer discarded = ByteBuffer.allocate(DRAIN_BYTE_COUNT);
    long byteCount;
    while ((byteCount = drainInto(discarded)) >= 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      if (deadline.passed()) {
        throw notEnded();
      }
      if (byteCount == 0) {
        boolean _ = Descriptors.awaitOrPause(time -> readable.await(time, () -> false), deadline);
      }
    }
    breakage.confirmEnd(() -> false);
  }

  private int drainInto(ByteBuffer discarded) throws IOException {
    try {
      return socket.read(discarded.clear());
    } catch (IOException broken) {
      throw breakage.met("waiting for the peer to read everything", broken);
    }
  }

  private TransportException notEnded() {
    return new TransportException(
        Kind.TIMED_OUT,
        channelName
            + " did not end its side within "
            + Deadline.text(linger)
            + " after the end of the output: whether it read everything is unknown",
        "if the peer is slow, wait longer with linger=",
        null);
  }

  /** Ends at once, from any thread, also while another one delivers. */
  void abandon() throws IOException {
    lock.lock();
    try {
      if (resets && socket.isOpen()) {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } finally {
      try {
        socket.close();
      } finally {
        lock.unlock();
        Readiness.closeBoth(readable, writable);
      }
    }
  }
}
