package dev.sluice.transport.socket;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/**
 * Makes channels of connected unix sockets. The end that connected has no address; both channels
 * are named after the one that listens.
 */
record UnixChannels(TransportAddress address, TransportAddress path, Duration linger) {
  static UnixChannels in(TransportAddress address, TransportContext context)
      throws TransportException {
    TransportAddress path = TransportAddress.of(address.scheme(), address.target());
    return new UnixChannels(address, path, SocketOptions.linger(address, context));
  }

  /** Returns the channel of the side that connected; it owns the socket. */
  TransportChannel connected(SocketChannel socket) throws IOException {
    return over(socket, named().between(Optional.empty(), Optional.of(path)));
  }

  /** Returns the channel of the side that listens; it owns the socket. */
  TransportChannel accepted(SocketChannel socket) throws IOException {
    SocketOptions.applySendBuffer(socket, address);
    return over(socket, named().between(Optional.of(path), Optional.empty()));
  }

  private ChannelInfo named() {
    return ChannelInfo.named(path.toString());
  }

  private TransportChannel over(SocketChannel socket, ChannelInfo info) throws IOException {
    String user = socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    return SocketTransportChannel.unix(socket, info.withPeerUser(user), linger);
  }
}
