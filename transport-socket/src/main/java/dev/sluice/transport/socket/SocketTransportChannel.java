package dev.sluice.transport.socket;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A connected stream socket.
 *
 * <p>{@link SocketEnd} tells how it ends, and why it has {@code SO_LINGER} 0 from the start.
 */
final class SocketTransportChannel extends AbstractTransportChannel {
  private static final Set<ChannelFeature> ALL_SOCKETS =
      EnumSet.of(ChannelFeature.SHUTDOWN, ChannelFeature.DUPLEX, ChannelFeature.NON_BLOCKING);

  private final SocketChannel socket;
  private final Breakage breakage;
  private final Readiness readable;
  private final Readiness writable;
  private final SocketEnd end;

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
    this.breakage = new Breakage(info.name());
    this.readable = new Readiness(socket, SelectionKey.OP_READ);
    this.writable = new Readiness(socket, SelectionKey.OP_WRITE);
    this.end =
        new SocketEnd(
            socket,
            info.name(),
            features.contains(ChannelFeature.RESET),
            linger,
            breakage,
            readable,
            writable);
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
    Readiness.closeBoth(readable, writable);
    socket.configureBlocking(block);
  }

  @Override
  protected boolean waitUntilReadable(Duration atMost) throws IOException {
    return readable.await(atMost, () -> inputStopped);
  }

  @Override
  protected boolean waitUntilWritable(Duration atMost) throws IOException {
    boolean ready = writable.await(atMost, () -> outputStopped);
    if (outputStopped) {
      throw new AsynchronousCloseException();
    }
    return ready;
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (completed) {
      end.deliver(inputRefused);
    } else {
      end.abandon();
    }
  }
}
