package dev.sluice.transport.socket;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/** Makes channels of connected TCP sockets, in the same way for both sides. */
record TcpChannels(TransportAddress address, Duration linger) {
  static TcpChannels in(TransportAddress address, TransportContext context)
      throws TransportException {
    return new TcpChannels(address, SocketOptions.linger(address, context));
  }

  /**
   * Returns a channel that owns the socket.
   *
   * @throws IOException if it cannot be set up; the socket stays the caller's
   */
  TransportChannel over(SocketChannel socket) throws IOException {
    SocketOptions.applyTcp(socket, address);
    TransportAddress local = addressOf(socket.getLocalAddress());
    TransportAddress peer = addressOf(socket.getRemoteAddress());
    ChannelInfo info =
        ChannelInfo.named(peer.toString()).between(Optional.of(local), Optional.of(peer));
    return SocketTransportChannel.tcp(socket, info, linger);
  }

  private static TransportAddress addressOf(SocketAddress end) {
    return HostPort.of((InetSocketAddress) end).asAddress();
  }
}
