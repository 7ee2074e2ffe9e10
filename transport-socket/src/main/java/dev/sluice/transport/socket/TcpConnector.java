package dev.sluice.transport.socket;

import com.google.common.net.InetAddresses;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.system.SystemWords;
import dev.sluice.transport.socket.timing.Deadline;
import dev.sluice.transport.socket.tls.TlsLayer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connects to {@code tcp} addresses. */
final class TcpConnector {
  private final TransportAddress address;
  private final TcpChannels channels;

  /** Of all addresses of the peer together. */
  private final Duration timeout;

  private TcpConnector(TransportAddress address, TcpChannels channels, Duration timeout) {
    this.address = address;
    this.channels = channels;
    this.timeout = timeout;
  }

  static TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    HostPort target = target(address);
    AddressFamilies families = AddressFamilies.in(address);
    Duration timeout = SocketOptions.connectTimeout(address, context);
    Deadline deadline = Deadline.after(timeout);
    List<InetSocketAddress> peers =
        hosts(target, deadline).stream()
            .filter(families::allow)
            .map(host -> new InetSocketAddress(host, target.port()))
            .toList();
    if (peers.isEmpty()) {
      throw families.noneOf(target);
    }
    PlaintextPolicy policy = PlaintextPolicy.in(address);
    for (InetSocketAddress peer : peers) {
      policy.require(peer);
    }
    // Before anything is sent: certificates that cannot be used are no reason to disturb the peer.
    Optional<TlsLayer> tls =
        TlsLayer.toConnect(
            address,
            Optional.of(peerName(target)),
            SocketOptions.linger(address, context),
            context);
    TransportChannel channel =
        new TcpConnector(address, TcpChannels.in(address, context), timeout)
            .connectToAny(peers, deadline);
    return tls.isPresent() ? tls.get().connected(channel) : channel;
  }

  private static HostPort target(TransportAddress address) throws TransportException {
    HostPort target = HostPort.in(address);
    if (target.port() == 0) {
      throw new TransportException(
          Kind.ADDRESS,
          "cannot connect to port 0, which '" + address + "' names",
          "write the port that the listening side printed",
          null);
    }
    return target;
  }

  /** Looks at what is wrong whoever listens; where a name leads is not looked at. */
  static void check(TransportAddress address, TransportContext context) throws IOException {
    HostPort target = target(address);
    AddressFamilies families = AddressFamilies.in(address);
    PlaintextPolicy policy = PlaintextPolicy.in(address);
    if (InetAddresses.isInetAddress(target.host())) {
      InetAddress host = InetAddress.ofLiteral(target.host());
      if (!families.allow(host)) {
        throw families.noneOf(target);
      }
      policy.require(new InetSocketAddress(host, target.port()));
    }
    var _ = TcpChannels.in(address, context);
    TlsLayer.checkConnect(
        address, Optional.of(peerName(target)), SocketOptions.linger(address, context), context);
  }

  /** What stands for every address of this machine leads to the loopback address. */
  private static String peerName(HostPort target) {
    return Set.of("", "0.0.0.0", "::").contains(target.host()) ? "localhost" : target.host();
  }

  /** No host: what QEMU's resolver gives for one, the loopback addresses. */
  private static List<InetAddress> hosts(HostPort target, Deadline deadline) throws IOException {
    return target.host().isEmpty()
        ? List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"))
        : NameLookup.addressesOf(target.host(), deadline);
  }

  private TransportChannel connectToAny(List<InetSocketAddress> peers, Deadline deadline)
      throws IOException {
    TransportException firstFailure = null;
    for (int i = 0; i < peers.size(); i++) {
      try {
        // An address that swallows packets must not use up the time of those after it.
        return connect(peers.get(i), deadline.share(peers.size() - i).remainingMillis());
      } catch (TransportException failure) {
        if (failure.kind() == Kind.LIMIT) {
          // That of no address: the caller may find room later.
          throw failure;
        }
        firstFailure = firstOf(firstFailure, failure);
      }
    }
    throw Objects.requireNonNull(firstFailure);
  }

  private static TransportException firstOf(
      @Nullable TransportException first, TransportException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }

  private TransportChannel connect(InetSocketAddress peer, int timeoutMillis) throws IOException {
    SocketChannel socket = open(peer);
    boolean connected = false;
    try {
      SocketOptions.applyReceiveBuffer(socket, address);
      socket.socket().connect(peer, timeoutMillis);
      requireOther(socket);
      TransportChannel channel = channels.over(socket);
      connected = true;
      return channel;
    } catch (ClosedChannelException interrupted) {
      throw interrupted;
    } catch (IOException failure) {
      throw notConnected(HostPort.of(peer).asAddress(), failure);
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }

  private SocketChannel open(InetSocketAddress peer) throws TransportException {
    try {
      return SocketChannel.open(AddressFamilies.of(peer.getAddress()));
    } catch (UnsupportedOperationException noIpv6) {
      throw AddressFamilies.noIpv6(address, noIpv6);
    } catch (IOException exhausted) {
      throw Descriptors.none("a connection to " + address, exhausted);
    }
  }

  /**
   * Refuses a connection of a socket to itself: the kernel makes one where nobody listens at a port
   * that it happens to choose for this end too.
   */
  static void requireOther(SocketChannel socket) throws IOException {
    if (socket.getLocalAddress().equals(socket.getRemoteAddress())) {
      throw new ConnectException("Connection refused");
    }
  }

  private TransportException notConnected(TransportAddress peer, IOException failure) {
    String detail = SystemWords.of(failure);
    if (failure instanceof SocketTimeoutException) {
      return SocketFailures.unreachable(
          peer + " did not answer within " + Deadline.text(timeout),
          "check that the host is up and that no firewall drops the packets;"
              + " connect-timeout= waits longer",
          failure);
    }
    if (failure instanceof ConnectException && !detail.contains("timed out")) {
      return SocketFailures.unreachable(
          "nothing listens at " + peer + " (" + detail + ")",
          "start the listening side first, or check host and port",
          failure);
    }
    return SocketFailures.unreachable(
        peer + " cannot be reached: " + detail,
        "check the address, the routes and the firewalls between the hosts",
        failure);
  }
}
