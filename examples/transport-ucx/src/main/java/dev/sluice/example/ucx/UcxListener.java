package dev.sluice.example.ucx;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** Listens for control sockets; UCX comes in with the hand-shake. */
final class UcxListener implements TransportListener {
  private final ServerSocketChannel server;
  private final TransportAddress address;
  private final UcxOptions options;
  private final TransportContext context;

  private UcxListener(
      ServerSocketChannel server,
      TransportAddress address,
      UcxOptions options,
      TransportContext context) {
    this.server = server;
    this.address = address;
    this.options = options;
    this.context = context;
  }

  static UcxListener listen(TransportAddress address, TransportContext context) throws IOException {
    HostPort target = HostPort.in(address);
    UcxOptions options = UcxOptions.in(address, context);
    InetSocketAddress local =
        target.host().isEmpty()
            ? new InetSocketAddress(target.port())
            : new InetSocketAddress(host(target, context), target.port());
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.bind(local);
      InetSocketAddress bound = (InetSocketAddress) server.getLocalAddress();
      return new UcxListener(server, HostPort.addressOf(bound), options, context);
    } catch (IOException | RuntimeException failed) {
      server.close();
      throw new TransportException(
          Kind.UNREACHABLE,
          "cannot listen at '" + address + "': " + Failures.detail(failed),
          "choose an address of this host (ip addr shows them) and a free port, or port 0",
          failed);
    }
  }

  private static InetAddress host(HostPort target, TransportContext context) throws IOException {
    return NameLookup.addressesOf(target.host(), context.connectTimeout()).getFirst();
  }

  @Override
  public TransportAddress address() {
    return address;
  }

  @Override
  public Optional<TransportChannel> accept() throws IOException {
    SocketChannel socket;
    try {
      socket = server.accept();
    } catch (ClosedByInterruptException interrupted) {
      throw interrupted;
    } catch (ClosedChannelException closed) {
      return Optional.empty();
    }
    try {
      return Optional.of(UcxChannel.over(socket, options, context.handshakeTimeout()));
    } catch (IOException | RuntimeException | Error failed) {
      socket.close();
      throw failed;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
