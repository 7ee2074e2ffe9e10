package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketOptionsTest {
  @Test
  void serviceLoader_findsTheProvider() {
    assertEquals(
        1,
        ServiceLoader.load(TransportProvider.class, getClass().getClassLoader()).stream()
            .filter(provider -> provider.type() == SocketTransport.class)
            .count());
  }

  @Test
  void schemes_areDescribed() {
    SocketTransport transport = new SocketTransport();
    assertEquals(TransportProvider.SPI_VERSION, transport.spiVersion());
    List<Scheme> schemes = transport.schemes();
    assertEquals(List.of("tcp", "unix"), schemes.stream().map(Scheme::name).toList());
    for (Scheme scheme : schemes) {
      assertFalse(scheme.doc().isEmpty());
      assertFalse(scheme.targetForm().isEmpty());
      assertTrue(scheme.options().stream().noneMatch(option -> option.doc().isEmpty()));
    }
    assertEquals(
        Set.of(
            ChannelFeature.SHUTDOWN,
            ChannelFeature.DUPLEX,
            ChannelFeature.RESET,
            ChannelFeature.NON_BLOCKING),
        schemes.get(0).features());
    assertEquals(
        Set.of(
            ChannelFeature.SHUTDOWN,
            ChannelFeature.DUPLEX,
            ChannelFeature.RESET,
            ChannelFeature.NON_BLOCKING),
        schemes.get(1).features());
    assertEquals(
        Set.of(
            "connect-timeout",
            "linger",
            "backlog",
            "ipv4",
            "ipv6",
            "nodelay",
            "keep-alive",
            "keep-alive-idle",
            "keep-alive-interval",
            "keep-alive-count",
            "send-buffer",
            "receive-buffer",
            "plaintext",
            "tls",
            "tls-dir",
            "tls-hostname",
            "tls-pin",
            "tls-close-notify"),
        keys(schemes.get(0)));
    assertEquals(
        Set.of(
            "connect-timeout",
            "linger",
            "backlog",
            "mode",
            "send-buffer",
            "receive-buffer",
            "tls",
            "tls-dir",
            "tls-hostname",
            "tls-pin",
            "tls-close-notify"),
        keys(schemes.get(1)));
  }

  private static Set<String> keys(Scheme scheme) {
    return scheme.options().stream().map(Option::key).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode=0888", "send-buffer=2GiB"})
  void valueOfTheWrongType_isRefused(String option) {
    Sockets.failure(
        Kind.ADDRESS,
        () -> {
          SocketOptions.MODE.in(Sockets.address("unix:s," + option));
          SocketOptions.SEND_BUFFER.in(Sockets.address("unix:s," + option));
        });
  }

  @Test
  void durations_comeFromTheContextUnlessGiven() throws TransportException {
    TransportContext context =
        TransportContext.defaults()
            .withLinger(Duration.ofSeconds(3))
            .withConnectTimeout(Duration.ofSeconds(4));
    var plain = Sockets.address("tcp::1");
    var given = Sockets.address("tcp::1,linger=7s,connect-timeout=8s");
    assertEquals(Duration.ofSeconds(3), SocketOptions.linger(plain, context));
    assertEquals(Duration.ofSeconds(4), SocketOptions.connectTimeout(plain, context));
    assertEquals(Duration.ofSeconds(7), SocketOptions.linger(given, context));
    assertEquals(Duration.ofSeconds(8), SocketOptions.connectTimeout(given, context));
  }

  @Test
  void tcp_isTunedOnBothSidesByDefault() throws IOException {
    try (Sockets.Pair pair = Sockets.pair("tcp:127.0.0.1:0")) {
      for (SocketChannel socket : sockets(pair)) {
        assertTrue(socket.getOption(StandardSocketOptions.TCP_NODELAY));
        assertTrue(socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
        assertEquals(60, socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
        assertEquals(15, socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
        assertEquals(4, socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
      }
    }
  }

  @Test
  void keepAlive_canBeHurried() throws IOException {
    String options = ",keep-alive-idle=7,keep-alive-interval=3,keep-alive-count=2";
    try (Sockets.Pair pair = Sockets.pair("tcp:127.0.0.1:0", options)) {
      for (SocketChannel socket : sockets(pair)) {
        assertEquals(7, socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
        assertEquals(3, socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
        assertEquals(2, socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
      }
    }
  }

  @Test
  void tcp_optionsReachTheSocketsOfBothSides() throws IOException {
    String options = ",nodelay=off,keep-alive=off,send-buffer=40000,receive-buffer=50000";
    try (Sockets.Pair pair = Sockets.pair("tcp:127.0.0.1:0", options)) {
      for (SocketChannel socket : sockets(pair)) {
        assertFalse(socket.getOption(StandardSocketOptions.TCP_NODELAY));
        assertFalse(socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
        assertEquals(40_000, socket.getOption(StandardSocketOptions.SO_SNDBUF));
        assertEquals(50_000, socket.getOption(StandardSocketOptions.SO_RCVBUF));
      }
    }
  }

  @Test
  void unix_optionsReachTheSocketsOfBothSides() throws IOException {
    try (Sockets.Pair pair = Sockets.pair("unix:" + Sockets.freshPath(), ",send-buffer=40000")) {
      for (SocketChannel socket : sockets(pair)) {
        assertEquals(40_000, socket.getOption(StandardSocketOptions.SO_SNDBUF));
      }
    }
  }

  private static List<SocketChannel> sockets(Sockets.Pair pair) {
    return List.of(
        (SocketChannel) pair.connected().nioChannel().orElseThrow(),
        (SocketChannel) pair.accepted().nioChannel().orElseThrow());
  }
}
