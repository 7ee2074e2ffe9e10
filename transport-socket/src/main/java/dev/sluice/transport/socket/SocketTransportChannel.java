package dev.sluice.transport.socket;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connected stream socket.
 *
 * <h2>How it ends</h2>
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
 */
final class SocketTransportChannel extends AbstractTransportChannel {
  /** Large enough to empty a receive buffer of some MiB in few system calls. */
  private static final int DRAIN_BYTE_COUNT = 64 << 10;

  private static final Set<ChannelFeature> ALL_SOCKETS =
      EnumSet.of(ChannelFeature.SHUTDOWN, ChannelFeature.DUPLEX, ChannelFeature.NON_BLOCKING);

  private final SocketChannel socket;
  private final boolean resets;
  private final Duration linger;
  private final Breakage breakage;
  private final Readiness readable;
  private final Readiness writable;

  /**
   * Keeps an abort from coming between the steps of the orderly end, one of which makes a close
   * look complete.
   */
  private final ReentrantLock endLock = new ReentrantLock();

  /**
   * Set before {@link #readerInside} is looked at, while a reader sets that one before it looks
   * here: one of the two sees the other.
   */
  private volatile boolean inputStopped;

  private volatile boolean outputStopped;
  private volatile boolean readerInside;

  /** The kernel was told to refuse input: reads give -1, whatever the peer sends. */
  private volatile boolean inputRefused;

  private SocketTransportChannel(
      SocketChannel socket, ChannelInfo info, Set<ChannelFeature> features, Duration linger) {
    super(info, Direction.BOTH, features);
    this.socket = socket;
    this.resets = features.contains(ChannelFeature.RESET);
    this.linger = linger;
    this.breakage = new Breakage(info.name());
    this.readable = new Readiness(socket, SelectionKey.OP_READ);
    this.writable = new Readiness(socket, SelectionKey.OP_WRITE);
  }

  /**
   * Returns a channel over a connected TCP socket, which it owns from now on.
   *
   * @throws IOException if the socket is closed; it stays the caller's
   */
  static SocketTransportChannel tcp(SocketChannel socket, ChannelInfo info, Duration linger)
      throws IOException {
    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    Set<ChannelFeature> features = EnumSet.copyOf(ALL_SOCKETS);
    features.add(ChannelFeature.RESET);
    return new SocketTransportChannel(socket, info, features, linger);
  }

  /** Returns a channel over a connected unix socket, which it owns from now on. */
  static SocketTransportChannel unix(SocketChannel socket, ChannelInfo info, Duration linger) {
    return new SocketTransportChannel(socket, info, ALL_SOCKETS, linger);
  }

  @Override
  public Optional<Channel> nioChannel() {
    return Optional.of(socket);
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    long byteCount;
    readerInside = true;
    try {
      if (inputStopped) {
        return -1;
      }
      byteCount = length == 1 ? socket.read(targets[offset]) : socket.read(targets, offset, length);
    } catch (IOException broken) {
      throw breakage.met("reading", broken);
    } finally {
      readerInside = false;
    }
    if (byteCount < 0 && !inputStopped) {
      breakage.confirmEnd(() -> inputStopped);
    }
    return byteCount;
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    breakage.beforeWrite();
    try {
      return length == 1 ? socket.write(sources[offset]) : socket.write(sources, offset, length);
    } catch (IOException broken) {
      throw breakage.met("writing", broken);
    } finally {
      breakage.afterWrite();
    }
  }

  @Override
  protected void stop(Direction stopped) throws IOException {
    if (stopped.reads()) {
      stopInput();
    }
    if (stopped.writes()) {
      stopOutput();
    }
  }

  private void stopInput() {
    inputStopped = true;
    readable.wake();
    if (readerInside && socket.isBlocking()) {
      inputRefused = true;
      try {
        socket.shutdownInput();
      } catch (IOException alreadyBroken) {
        // Then the reader has been woken by what broke the connection.
      }
    }
  }

  private void stopOutput() throws IOException {
    outputStopped = true;
    try {
      socket.shutdownOutput();
    } catch (IOException broken) {
      throw breakage.met("ending the output", broken);
    } finally {
      writable.wake();
    }
  }

  @Override
  protected void setBlocking(boolean block) throws IOException {
    closeSelectors();
    socket.configureBlocking(block);
  }

  @Override
  protected boolean waitUntilReadable(Duration atMost) throws IOException {
    requireNonBlocking();
    return readable.await(atMost, () -> inputStopped);
  }

  @Override
  protected boolean waitUntilWritable(Duration atMost) throws IOException {
    requireNonBlocking();
    boolean ready = writable.await(atMost, () -> outputStopped);
    if (outputStopped) {
      throw new AsynchronousCloseException();
    }
    return ready;
  }

  private void requireNonBlocking() {
    if (socket.isBlocking()) {
      throw new IllegalStateException(
          "channel " + info().name() + " is in blocking mode: a transfer waits by itself");
    }
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (completed) {
      deliver();
    } else {
      abandon();
    }
  }

  private void deliver() throws IOException {
    Deadline deadline = Deadline.after(linger);
    endOutput();
    if (!inputRefused) {
      drain(deadline);
    }
    closeSelectors();
    // Not twice: where an abort came first, the socket is closed and this does nothing.
    socket.close();
  }

  private void endOutput() throws IOException {
    endLock.lock();
    try {
      if (resets) {
        socket.setOption(StandardSocketOptions.SO_LINGER, -1);
      }
      socket.shutdownOutput();
    } catch (IOException broken) {
      throw breakage.met("ending the output", broken);
    } finally {
      endLock.unlock();
    }
  }

  private void drain(Deadline deadline) throws IOException {
    closeSelectors();
    socket.configureBlocking(false);
    ByteBuffer discarded = ByteBuffer.allocateDirect(DRAIN_BYTE_COUNT);
    long byteCount;
    while ((byteCount = drainInto(discarded)) >= 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      if (deadline.passed()) {
        throw notEnded();
      }
      if (byteCount == 0) {
        readable.await(Duration.ofNanos(deadline.remainingNanos()), () -> false);
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
        info().name()
            + " did not end its side within "
            + SocketFailures.text(linger)
            + " after the end of the output: whether it read everything is unknown",
        "if the peer is slow, wait longer with linger=",
        null);
  }

  private void abandon() throws IOException {
    endLock.lock();
    try {
      if (resets && socket.isOpen()) {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } finally {
      try {
        socket.close();
      } finally {
        endLock.unlock();
        closeSelectors();
      }
    }
  }

  private void closeSelectors() throws IOException {
    try {
      readable.close();
    } finally {
      writable.close();
    }
  }
}
