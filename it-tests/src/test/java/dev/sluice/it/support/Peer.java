package dev.sluice.it.support;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The other side of a socket, with nothing of Sluice in it but the address. */
public final class Peer {
  private Peer() {}

  /**
   * Connects to where the command listens.
   *
   * @param address as it was told
   */
  public static SocketChannel connect(String address) throws IOException {
    return SocketChannel.open(socketAddress(address));
  }

  private static SocketAddress socketAddress(String text) throws TransportException {
    TransportAddress address = TransportAddress.parse(text);
    String target = address.target();
    if (address.scheme().equals("unix")) {
      return UnixDomainSocketAddress.of(target);
    }
    int colon = target.lastIndexOf(':');
    return new InetSocketAddress(
        target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
  }

  /**
   * Listens on a free port.
   *
   * @param host a literal address
   */
  public static ServerSocketChannel tcp(String host) throws IOException {
    return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getByName(host), 0));
  }

  /**
   * Skips the test, loudly, where there is no IPv6.
   *
   * @param tests which tests, and how many
   */
  public static void requireIpv6(String tests) {
    try (ServerSocketChannel server = tcp("::1")) {
      Loudly.require(server.isOpen(), tests, "there is no ::1");
    } catch (IOException none) {
      Loudly.require(false, tests, "there is no ::1: " + none);
    }
  }

  /**
   * Listens on a socket file.
   *
   * @param path its name
   */
  public static ServerSocketChannel unix(Path path) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path));
  }

  /**
   * Returns the address of a listener, for the command.
   *
   * @param server the listener
   */
  public static String address(ServerSocketChannel server) throws IOException {
    return switch (server.getLocalAddress()) {
      case UnixDomainSocketAddress unix -> "unix:" + unix.getPath();
      case InetSocketAddress inet -> {
        String host = inet.getAddress().getHostAddress();
        yield "tcp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
      }
      default -> throw new IllegalArgumentException(server.toString());
    };
  }

  /**
   * Abandons a connection, as a machine does that has lost the process: the other side gets a
   * reset.
   *
   * @param socket of a TCP connection
   */
  public static void reset(SocketChannel socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    socket.close();
  }

  /** Returns an address that nobody listens on: a port that was free a moment ago. */
  public static String refusing() throws IOException {
    try (ServerSocketChannel server = tcp("127.0.0.1")) {
      return address(server);
    }
  }
}
