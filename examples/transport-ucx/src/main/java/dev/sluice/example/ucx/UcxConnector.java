package dev.sluice.example.ucx;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.TransportContext;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connects: first the control socket, then UCX. */
final class UcxConnector {
  private UcxConnector() {}

  static TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    HostPort target = HostPort.in(address);
    if (target.port() == 0) {
      throw HostPort.malformed(address, "nobody can connect to port 0");
    }
    UcxOptions options = UcxOptions.in(address, context);
    long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(context.connectTimeout());
    List<InetAddress> hosts =
        target.host().isEmpty()
            ? List.of(InetAddress.getLoopbackAddress())
            : NameLookup.addressesOf(target.host(), context.connectTimeout());
    IOException firstFailure = null;
    for (InetAddress host : hosts) {
      try {
        return connect(new InetSocketAddress(host, target.port()), options, deadline);
      } catch (ClosedChannelException interrupted) {
        throw interrupted;
      } catch (IOException failure) {
        if (firstFailure == null) {
          firstFailure = failure;
        } else {
          firstFailure.addSuppressed(failure);
        }
      }
    }
    throw translated(address, firstFailure);
  }

  private static UcxChannel connect(InetSocketAddress peer, UcxOptions options, long deadline)
      throws IOException {
    SocketChannel socket = SocketChannel.open();
    UcxChannel channel;
    try {
      socket
          .socket()
          .connect(peer, (int) Math.clamp(left(deadline).toMillis(), 1L, Integer.MAX_VALUE));
      requireOther(socket);
      channel = UcxChannel.over(socket, options, left(deadline));
    } catch (IOException | RuntimeException | Error failed) {
      socket.close();
      throw failed;
    }
    channel.establish();
    return channel;
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
  }

  /** The kernel connects a socket to itself where nobody listens at the port that it chose. */
  private static void requireOther(SocketChannel socket) throws IOException {
    if (socket.getLocalAddress().equals(socket.getRemoteAddress())) {
      throw new SocketException("Connection refused");
    }
  }

  private static IOException translated(TransportAddress address, IOException failure) {
    if (failure instanceof SocketTimeoutException || failure instanceof EOFException) {
      return unreachable(
          "'" + address + "' did not answer: " + Failures.detail(failure),
          "check that the other side accepts ucx: there, and that no firewall is between",
          failure);
    }
    if (failure instanceof SocketException) {
      return unreachable(
          "nothing listens at '" + address + "': " + Failures.detail(failure),
          "start the listening side first, or check host and port",
          failure);
    }
    if (failure instanceof TransportException) {
      return failure;
    }
    return new TransportException(
        Kind.IO,
        "'" + address + "' did not shake hands: " + Failures.detail(failure),
        "check that ucx: listens there, in the same version",
        failure);
  }

  private static TransportException unreachable(String message, String hint, IOException cause) {
    return new TransportException(Kind.UNREACHABLE, message, hint, cause);
  }
}
