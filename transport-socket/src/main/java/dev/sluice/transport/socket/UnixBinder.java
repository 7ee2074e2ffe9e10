package dev.sluice.transport.socket;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.tls.TlsLayer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Listens at {@code unix} addresses. */
final class UnixBinder {
  private UnixBinder() {}

  static TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    Path path = SocketPath.in(address);
    UnixChannels channels = UnixChannels.in(address, context);
    Optional<TlsLayer> tls =
        TlsLayer.toListen(address, SocketOptions.linger(address, context), context);
    ServerSocketChannel server = open(address);
    boolean bound = false;
    try {
      SocketOptions.applyReceiveBuffer(server, address);
      SocketFile file =
          SocketFile.publish(
              path, server, SocketOptions.BACKLOG.in(address), SocketOptions.MODE.in(address));
      bound = true;
      return new SocketListener(
          server, channels.path(), accepted -> Optional.of(adopt(accepted, channels, tls)), file);
    } finally {
      if (!bound) {
        server.close();
      }
    }
  }

  private static TransportChannel adopt(
      SocketChannel accepted, UnixChannels channels, Optional<TlsLayer> tls) throws IOException {
    TransportChannel channel = channels.accepted(accepted);
    return tls.map(layer -> layer.accepted(channel)).orElse(channel);
  }

  private static ServerSocketChannel open(TransportAddress address) throws TransportException {
    try {
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException exhausted) {
      throw Descriptors.none("listening at " + address, exhausted);
    }
  }
}
