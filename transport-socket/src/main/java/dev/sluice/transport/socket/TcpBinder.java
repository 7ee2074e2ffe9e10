package dev.sluice.transport.socket;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.system.SystemWords;
import dev.sluice.transport.socket.timing.Deadline;
import dev.sluice.transport.socket.tls.TlsLayer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/** Listens at {@code tcp} addresses. */
final class TcpBinder {
  private final TransportAddress address;
  private final TcpChannels channels;
  private final AddressFamilies families;
  private final PlaintextPolicy policy;
  private final Optional<TlsLayer> tls;

  private TcpBinder(
      TransportAddress address,
      TcpChannels channels,
      AddressFamilies families,
      PlaintextPolicy policy,
      Optional<TlsLayer> tls) {
    this.address = address;
    this.channels = channels;
    this.families = families;
    this.policy = policy;
    this.tls = tls;
  }

  static TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    HostPort target = HostPort.in(address);
    AddressFamilies families = AddressFamilies.in(address);
    TcpBinder binder =
        new TcpBinder(
            address,
            TcpChannels.in(address, context),
            families,
            PlaintextPolicy.in(address),
            TlsLayer.toListen(address, SocketOptions.linger(address, context), context));
    InetAddress host =
        target.host().isEmpty()
            ? families.anyAddress(address)
            : first(target, families, Deadline.after(context.connectTimeout()));
    return binder.bind(new InetSocketAddress(host, target.port()));
  }

  /** Not one after the first: if the first is taken, nobody would look for us at the second. */
  private static InetAddress first(HostPort target, AddressFamilies families, Deadline deadline)
      throws IOException {
    List<InetAddress> all = NameLookup.addressesOf(target.host(), deadline);
    return all.stream()
        .filter(families::allow)
        .findFirst()
        .orElseThrow(() -> families.noneOf(target));
  }

  private TransportListener bind(InetSocketAddress local) throws IOException {
    ServerSocketChannel server = open(local);
    boolean bound = false;
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      SocketOptions.applyReceiveBuffer(server, address);
      server.bind(local, SocketOptions.BACKLOG.in(address));
      HostPort actual = HostPort.of((InetSocketAddress) server.getLocalAddress());
      bound = true;
      return new SocketListener(server, actual.asAddress(), this::adopt, () -> {});
    } catch (TransportException failure) {
      throw failure;
    } catch (IOException failure) {
      throw notBound(HostPort.of(local).asAddress(), failure);
    } finally {
      if (!bound) {
        server.close();
      }
    }
  }

  private ServerSocketChannel open(InetSocketAddress local) throws TransportException {
    try {
      return ServerSocketChannel.open(AddressFamilies.of(local.getAddress()));
    } catch (UnsupportedOperationException noIpv6) {
      throw AddressFamilies.noIpv6(address, noIpv6);
    } catch (IOException exhausted) {
      throw Descriptors.none("listening at " + address, exhausted);
    }
  }

  /** An IPv6 socket of the JDK takes IPv4 connections too, and offers no way to turn that off. */
  private Optional<TransportChannel> adopt(SocketChannel accepted) throws IOException {
    InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteAddress();
    if (!families.allow(peer.getAddress())) {
      return Optional.empty();
    }
    requireAllowed(accepted, peer);
    TransportChannel channel = channels.over(accepted);
    return Optional.of(tls.map(layer -> layer.accepted(channel)).orElse(channel));
  }

  /** A peer that is refused is told so by a reset: its stream was not taken. */
  private void requireAllowed(SocketChannel accepted, InetSocketAddress peer) throws IOException {
    try {
      policy.require(peer);
    } catch (TransportException refused) {
      accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
      throw refused;
    }
  }

  private static TransportException notBound(TransportAddress local, IOException failure) {
    String detail = SystemWords.of(failure);
    String hint =
        switch (detail) {
          case "address already in use" ->
              "end the other program (ss -ltnp shows it), choose another port, or port 0 for a free"
                  + " one";
          case "cannot assign requested address" ->
              "the address does not belong to this machine (ip addr shows those that do); leave the"
                  + " host out to listen at all of them";
          case "permission denied" -> "choose a port from 1024 on";
          default -> "check host and port";
        };
    return SocketFailures.unreachable("cannot listen at " + local + ": " + detail, hint, failure);
  }
}
