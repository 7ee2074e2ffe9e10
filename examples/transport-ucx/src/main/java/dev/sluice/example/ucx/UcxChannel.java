package dev.sluice.example.ucx;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The channel over a {@link Connection}, which does the work. */
final class UcxChannel extends AbstractTransportChannel {
  static final Set<ChannelFeature> FEATURES =
      Set.of(
          ChannelFeature.DUPLEX,
          ChannelFeature.SHUTDOWN,
          ChannelFeature.RESET,
          ChannelFeature.REMOTE_MEMORY);

  private final Connection connection;
  private final Duration handshakeTimeout;
  private final Duration linger;
  private volatile boolean established;

  private UcxChannel(
      ChannelInfo info, Connection connection, Duration handshakeTimeout, Duration linger) {
    super(info, Direction.BOTH, FEATURES);
    this.connection = connection;
    this.handshakeTimeout = handshakeTimeout;
    this.linger = linger;
  }

  /**
   * Returns a channel over a connected socket, which it owns from now on.
   *
   * @throws IOException if the socket is closed; it stays the caller's
   */
  static UcxChannel over(SocketChannel socket, UcxOptions options, Duration handshakeTimeout)
      throws IOException {
    InetSocketAddress peer = (InetSocketAddress) socket.getRemoteAddress();
    InetSocketAddress local = (InetSocketAddress) socket.getLocalAddress();
    ChannelInfo info =
        ChannelInfo.named(HostPort.addressOf(peer).toString())
            .between(Optional.of(HostPort.addressOf(local)), Optional.of(HostPort.addressOf(peer)));
    Connection connection =
        new Connection(
            info.name(), new ControlSocket(socket), options.windowBytes(), options.peerTimeout());
    return new UcxChannel(info, connection, handshakeTimeout, options.linger());
  }

  @Override
  public void establish() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    if (established) {
      return;
    }
    boolean done = false;
    try {
      connection.establish(handshakeTimeout);
      established = true;
      done = true;
    } finally {
      if (!done) {
        abort();
      }
    }
  }

  private Connection established() throws TransportException {
    if (!established) {
      throw new TransportException(
          Kind.IO, info().name() + " has had no hand-shake", "call establish() first", null);
    }
    return connection;
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    return established().read(targets, offset, length);
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    return established().write(sources, offset, length);
  }

  @Override
  protected void stop(Direction stopped) {
    connection.stop(stopped);
  }

  @Override
  public RegisteredMemory allocate(long byteCount) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    return established().allocate(byteCount);
  }

  @Override
  public RemoteMemory remote(ByteBuffer key) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    return established()
        .remote(
            key,
            step ->
                writing(
                    () -> {
                      step.run();
                      return 1;
                    }));
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (completed && established) {
      connection.deliver(linger);
    } else {
      connection.abandon();
    }
  }

  @Override
  protected boolean isDelivered() {
    return connection.isDelivered();
  }
}
