package dev.sluice.transport.socket;

import com.google.auto.service.AutoService;
import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.transport.socket.tls.TlsOptions;
import java.io.IOException;
import java.util.List;

/**
 * Provides {@code tcp:HOST:PORT} and {@code unix:PATH}.
 *
 * <p>A listener without a host is bound to {@code tcp:[::]:PORT}, which takes IPv4 too, or to
 * {@code tcp:0.0.0.0:PORT} with {@code ipv4=on} or where there is no IPv6. Connecting to either
 * leads to the loopback address.
 *
 * <p>A plain channel is NON_BLOCKING, one with {@code tls=on} is not. A unix socket has RESET with
 * {@code tls=on} only.
 *
 * <h2>Threading</h2>
 *
 * Stateless, safe for any thread. {@link #connect} and {@link #listen} end within 1 s of an
 * interrupt of their caller.
 *
 * <h2>Errors</h2>
 *
 * {@link dev.sluice.api.TransportException} as {@link TransportProvider} says; {@code LIMIT} where
 * this process or the system has no descriptor left.
 */
@AutoService(TransportProvider.class)
public final class SocketTransport implements TransportProvider {
  private static final Scheme TCP =
      Scheme.named("tcp")
          .target("HOST:PORT")
          .doc(
              "A TCP connection. HOST is a name, an IPv4 address, or an IPv6 address in brackets,"
                  + " as in [::1]:4444. Without a host, as in tcp::4444, listening takes"
                  + " connections on every address of this machine, IPv4 and IPv6, and connecting"
                  + " goes to the loopback address. Listening on port 0 takes a free port. With"
                  + " another host it wants tls=on, or to be told plaintext=on.")
          .mayHave(
              ChannelFeature.SHUTDOWN,
              ChannelFeature.DUPLEX,
              ChannelFeature.RESET,
              ChannelFeature.NON_BLOCKING)
          .options(
              SocketOptions.CONNECT_TIMEOUT,
              SocketOptions.LINGER,
              SocketOptions.BACKLOG,
              SocketOptions.IPV4,
              SocketOptions.IPV6,
              SocketOptions.NODELAY,
              SocketOptions.KEEP_ALIVE,
              SocketOptions.KEEP_ALIVE_IDLE,
              SocketOptions.KEEP_ALIVE_INTERVAL,
              SocketOptions.KEEP_ALIVE_COUNT,
              SocketOptions.SEND_BUFFER,
              SocketOptions.RECEIVE_BUFFER,
              SocketOptions.PLAINTEXT,
              TlsOptions.TLS,
              TlsOptions.DIR,
              TlsOptions.HOSTNAME,
              TlsOptions.PIN,
              TlsOptions.CLOSE_NOTIFY)
          .loopback("tcp:127.0.0.1:0")
          .build();

  private static final Scheme UNIX =
      Scheme.named("unix")
          .target("PATH")
          .doc(
              "A stream socket in the file system of this machine. PATH has at most 106 bytes."
                  + " Listening makes the socket file, replaces one that nobody serves any more,"
                  + " and removes its own at the end. With tls=on the side that connects has to say"
                  + " who listens: tls-hostname= or tls-pin=.")
          .mayHave(
              ChannelFeature.SHUTDOWN,
              ChannelFeature.DUPLEX,
              ChannelFeature.RESET,
              ChannelFeature.NON_BLOCKING)
          .options(
              SocketOptions.CONNECT_TIMEOUT,
              SocketOptions.LINGER,
              SocketOptions.BACKLOG,
              SocketOptions.MODE,
              SocketOptions.SEND_BUFFER,
              SocketOptions.RECEIVE_BUFFER,
              TlsOptions.TLS,
              TlsOptions.DIR,
              TlsOptions.HOSTNAME,
              TlsOptions.PIN,
              TlsOptions.CLOSE_NOTIFY)
          .loopback("unix:{dir}/loopback.sock")
          .build();

  /** For {@link java.util.ServiceLoader}. */
  public SocketTransport() {}

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(TCP, UNIX);
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return isUnix(address)
        ? UnixConnector.connect(address, context)
        : TcpConnector.connect(address, context);
  }

  @Override
  public void checkConnect(TransportAddress address, TransportContext context) throws IOException {
    if (isUnix(address)) {
      UnixConnector.check(address, context);
    } else {
      TcpConnector.check(address, context);
    }
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    return isUnix(address)
        ? UnixBinder.listen(address, context)
        : TcpBinder.listen(address, context);
  }

  private static boolean isUnix(TransportAddress address) {
    return address.scheme().equals(UNIX.name());
  }
}
