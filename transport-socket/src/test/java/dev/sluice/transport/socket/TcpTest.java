package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TcpTest {
  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#internet")
  void channels_nameTheirEnds(String listenAt) throws IOException {
    try (TransportListener listener = Sockets.listen(listenAt);
        TransportChannel connected = Sockets.connect(listener.address());
        TransportChannel accepted = listener.accept().orElseThrow()) {
      assertEquals(listener.address().toString(), connected.info().name());
      assertEquals(listener.address().toString(), connected.toString());
      assertEquals(listener.address(), connected.info().peerAddress().orElseThrow());
      assertEquals(listener.address(), accepted.info().localAddress().orElseThrow());
      assertEquals(connected.info().localAddress(), accepted.info().peerAddress());
      assertEquals(accepted.info().peerAddress().orElseThrow().toString(), accepted.info().name());
      connected.abort();
      accepted.abort();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tcp::0", "tcp:127.0.0.1:0", "tcp:localhost:0", "tcp:0.0.0.0:0", "tcp:[::]:0"})
  void boundAddress_hasTheRealPortAndCanBeConnectedTo(String listenAt) throws IOException {
    assumeTrue(!listenAt.contains("[") || Sockets.hasIpv6(), "no IPv6 here");
    try (TransportListener listener = Sockets.listen(listenAt)) {
      String bound = listener.address().toString();
      assertTrue(HostPort.in(listener.address()).port() > 0, bound);
      assertEquals(listener.address(), TransportAddress.parse(bound));
      try (TransportChannel connected = Sockets.connect(bound);
          TransportChannel accepted = listener.accept().orElseThrow()) {
        Sockets.writeFully(connected, Sockets.one(7));
        assertEquals(7, Sockets.readOne(accepted));
        connected.abort();
        accepted.abort();
      }
    }
  }

  @Test
  void emptyHost_listensOnBothFamilies() throws IOException {
    assumeTrue(Sockets.hasIpv6(), "no IPv6 here");
    try (TransportListener listener = Sockets.listen("tcp::0")) {
      int port = HostPort.in(listener.address()).port();
      assertEquals("tcp:[::]:" + port, listener.address().toString());
      for (String host : List.of("127.0.0.1", "[::1]", "")) {
        try (TransportChannel connected = Sockets.connect("tcp:" + host + ":" + port);
            TransportChannel accepted = listener.accept().orElseThrow()) {
          assertEquals(connected.info().localAddress(), accepted.info().peerAddress());
          connected.abort();
          accepted.abort();
        }
      }
    }
  }

  @Test
  void emptyHostWithIpv4Only_listensOnIpv4Only() throws IOException {
    try (TransportListener listener = Sockets.listen("tcp::0,ipv4=on")) {
      int port = HostPort.in(listener.address()).port();
      assertEquals("tcp:0.0.0.0:" + port, listener.address().toString());
      Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect("tcp:[::1]:" + port));
    }
  }

  @Test
  void emptyHostWithoutIpv4_takesNoIpv4Peer() throws IOException {
    assumeTrue(Sockets.hasIpv6(), "no IPv6 here");
    try (TransportListener listener = Sockets.listen("tcp::0,ipv4=off")) {
      int port = HostPort.in(listener.address()).port();
      try (TransportChannel refused = Sockets.connect("tcp:127.0.0.1:" + port);
          TransportChannel connected = Sockets.connect("tcp:[::1]:" + port);
          TransportChannel accepted = listener.accept().orElseThrow()) {
        assertEquals(connected.info().localAddress(), accepted.info().peerAddress());
        assertEquals(-1, Sockets.readOne(refused));
        connected.abort();
        accepted.abort();
        refused.abort();
      }
    }
  }

  @Test
  void emptyHost_connectsToEitherLoopbackAddress() throws IOException {
    for (String listenAt : Sockets.internet().toList()) {
      try (TransportListener listener = Sockets.listen(listenAt)) {
        int port = HostPort.in(listener.address()).port();
        Sockets.connect("tcp::" + port).abort();
      }
    }
  }

  @Test
  void families_meanWhatTheyMeanInQemu() throws TransportException {
    assertEquals(new AddressFamilies(true, true), families(""));
    assertEquals(new AddressFamilies(true, true), families(",ipv4=on,ipv6=on"));
    assertEquals(new AddressFamilies(true, false), families(",ipv4"));
    assertEquals(new AddressFamilies(true, false), families(",ipv6=off"));
    assertEquals(new AddressFamilies(true, false), families(",ipv4=on,ipv6=off"));
    assertEquals(new AddressFamilies(false, true), families(",ipv6=on"));
    assertEquals(new AddressFamilies(false, true), families(",ipv4=off"));
    Sockets.failure(Kind.ADDRESS, () -> families(",ipv4=off,ipv6=off"));
  }

  private static AddressFamilies families(String options) throws TransportException {
    return AddressFamilies.in(Sockets.address("tcp:myhost:1" + options));
  }

  @Test
  void hostWithoutAnAddressOfTheFamily_isUnreachable() {
    Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect("tcp:127.0.0.1:1,ipv6=on"));
    Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen("tcp:127.0.0.1:0,ipv6=on"));
  }

  @Test
  void connectingToPort0_isRefused() {
    Sockets.failure(Kind.ADDRESS, () -> Sockets.connect("tcp:127.0.0.1:0"));
  }

  @Test
  void connectingWhereNobodyListens_saysSo() throws IOException {
    int port = unusedPort();
    TransportException failure =
        Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect("tcp:127.0.0.1:" + port));
    assertEquals(
        "nothing listens at tcp:127.0.0.1:" + port + " (connection refused)",
        Sockets.text(failure));
    assertTrue(failure.hint().isPresent());
  }

  @Test
  void connectingToSeveralAddresses_reportsEach() throws IOException {
    int port = unusedPort();
    TransportException failure =
        Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect("tcp::" + port));
    assertTrue(Sockets.text(failure).contains("127.0.0.1"), Sockets.text(failure));
    assertTrue(Sockets.text(failure.getSuppressed()[0]).contains("[::1]"));
  }

  private static int unusedPort() throws IOException {
    try (ServerSocketChannel server = Sockets.plainServer()) {
      return Sockets.port(server);
    }
  }

  @Test
  void unknownName_saysSo() {
    TransportException failure =
        Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect("tcp:no-such-host.invalid:1"));
    assertTrue(Sockets.text(failure).contains("'no-such-host.invalid'"), Sockets.text(failure));
    assertTrue(failure.hint().isPresent());
    Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen("tcp:no-such-host.invalid:0"));
  }

  @Test
  void takenPort_saysSo() throws IOException {
    try (TransportListener first = Sockets.listen("tcp:127.0.0.1:0")) {
      TransportException failure =
          Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen(first.address().toString()));
      assertEquals(
          "cannot listen at " + first.address() + ": address already in use",
          Sockets.text(failure));
      assertTrue(failure.hint().orElseThrow().contains("ss -ltnp"));
    }
  }

  @Test
  void addressOfAnotherMachine_cannotBeListenedAt() {
    TransportException failure =
        Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen("tcp:203.0.113.9:0"));
    assertTrue(Sockets.text(failure).contains("tcp:203.0.113.9:0"), Sockets.text(failure));
    assertTrue(failure.hint().orElseThrow().contains("does not belong to this machine"));
  }

  @Test
  void portOfAClosedListener_isFreeAtOnceAlthoughConnectionsLinger() throws Exception {
    TransportAddress address;
    try (TransportListener listener = Sockets.listen("tcp:127.0.0.1:0")) {
      address = listener.address();
      TransportChannel connected = Sockets.connect(address);
      TransportChannel accepted = listener.accept().orElseThrow();
      // The side that ends first keeps the port in TIME_WAIT.
      Caller.Call<Boolean> closing = Caller.PLATFORM.start(() -> closed(accepted));
      assertEquals(-1, Sockets.readOne(connected));
      connected.close();
      assertTrue(closing.result());
    }
    Sockets.listen(address.toString()).close();
  }

  private static boolean closed(TransportChannel channel) throws IOException {
    channel.close();
    return true;
  }

  /** A listener with a full queue drops what asks to connect, like a firewall. */
  private static final class Silent implements AutoCloseable {
    final ServerSocketChannel server =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1);
    final List<SocketChannel> queued = new ArrayList<>();

    Silent() throws IOException {
      // Linux queues one more than it was asked for.
      for (int i = 0; i < 2; i++) {
        queued.add(SocketChannel.open(server.getLocalAddress()));
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (SocketChannel socket : queued) {
        socket.close();
      }
    }
  }

  @Test
  void connecting_endsAfterConnectTimeout() throws IOException {
    try (Silent silent = new Silent()) {
      TransportException failure =
          Sockets.failure(
              Kind.UNREACHABLE,
              () ->
                  Sockets.connect(
                      "tcp:127.0.0.1:" + Sockets.port(silent.server) + ",connect-timeout=300ms"));
      assertTrue(Sockets.text(failure).contains("did not answer within"), Sockets.text(failure));
      assertTrue(failure.hint().orElseThrow().contains("connect-timeout="));
    }
  }

  @ParameterizedTest
  @EnumSource
  void connecting_endsOnInterrupt(Caller caller) throws Exception {
    try (Silent silent = new Silent()) {
      String address = "tcp:127.0.0.1:" + Sockets.port(silent.server);
      Caller.Call<TransportChannel> connecting =
          caller.start(() -> Sockets.connect(address)).untilBlocked();
      connecting.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, connecting.failureWithinOneSecond());
    }
  }

  @Test
  void lookUp_endsAtTheDeadline() {
    CountDownLatch never = new CountDownLatch(1);
    Sockets.failure(
        Kind.UNREACHABLE,
        () ->
            NameLookup.addressesOf(
                "slow",
                Deadline.after(Duration.ofMillis(50)),
                () -> {
                  never.await();
                  return List.of();
                }));
    never.countDown();
  }

  @ParameterizedTest
  @EnumSource
  void lookUp_endsOnInterrupt(Caller caller) throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Caller.Call<List<InetAddress>> lookUp =
        caller.start(
            () ->
                NameLookup.addressesOf(
                    "slow",
                    Deadline.after(Duration.ofMinutes(1)),
                    () -> {
                      looking.countDown();
                      never.await();
                      return List.of();
                    }));
    looking.await();
    lookUp.thread().interrupt();
    assertInstanceOf(ClosedByInterruptException.class, lookUp.failureWithinOneSecond());
    never.countDown();
  }

  @Test
  void connectionOfASocketToItself_countsAsRefused() throws IOException {
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.INET)) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      socket.connect(socket.getLocalAddress());
      assertThrows(ConnectException.class, () -> TcpConnector.requireOther(socket));
    }
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      TcpConnector.requireOther(plain.peer());
    }
  }

  @Test
  void longDurations_doNotOverflow() {
    assertFalse(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).passed());
    assertEquals(
        Integer.MAX_VALUE, Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).remainingMillis());
    assertTrue(Deadline.after(Duration.ZERO).passed());
    assertEquals(1, Deadline.after(Duration.ofNanos(1)).remainingMillis());
  }
}
