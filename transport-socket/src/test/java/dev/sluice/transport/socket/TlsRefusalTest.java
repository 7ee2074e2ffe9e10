package dev.sluice.transport.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.hash.Hashing;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.socket.tls.Authority;
import dev.sluice.transport.socket.tls.Issued;
import dev.sluice.transport.socket.tls.PemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is not let in, and what both sides are told of it. */
@Timeout(30)
class TlsRefusalTest {
  private static final String LOOPBACK = "tcp:127.0.0.1:0";

  @TempDir Path folder;

  private final Authority authority = Authority.root("CN=Root,O=Test");

  private Path serverFolder() throws IOException {
    return authority.fill(folder.resolve("server"));
  }

  private Path clientFolder() throws IOException {
    return authority.fill(folder.resolve("client"));
  }

  /** How the two sides of one attempt ended; null: well. */
  private record Attempt(TransportException client, TransportException server) {}

  private static Attempt bothRefused(String listenAt, String serverOptions, String clientOptions)
      throws Exception {
    try (TransportListener listener = Tls.listen(listenAt + serverOptions)) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      TransportException client =
          Sockets.failure(Kind.IDENTITY, () -> Tls.connect(listener.address() + clientOptions));
      return new Attempt(client, Sockets.failure(Kind.IDENTITY, accepting::result));
    }
  }

  private static void requireSays(TransportException failure, String... words) {
    String text = Sockets.text(failure);
    for (String word : words) {
      assertTrue(text.contains(word), () -> "'" + word + "' is not in: " + text);
    }
    assertFalse(failure.hint().orElse("").isEmpty(), () -> "no hint: " + text);
  }

  @Test
  void certificateForAnotherName_isRefused_onBothSides() throws Exception {
    Path server = serverFolder();
    authority.issue("CN=server", "other.example").write(server, "server");
    Attempt attempt = bothRefused(LOOPBACK, Tls.options(server), Tls.options(clientFolder()));
    requireSays(attempt.client(), "CN=server", "other.example", "not for 127.0.0.1");
    requireSays(attempt.server(), "refused our certificate", "server-cert.pem", "CN=server");
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void certificateForTheNameThatWasGiven_isBelieved(String listenAt) throws Exception {
    Path server = serverFolder();
    authority.issue("CN=server", "other.example").write(server, "server");
    String client = Tls.options(clientFolder()) + ",tls-hostname=other.example";
    try (Sockets.Pair pair = Tls.pair(listenAt, Tls.options(server), client)) {
      Sockets.writeFully(pair.connected(), Sockets.one(7));
      assertEquals(7, Sockets.readOne(pair.accepted()));
    }
  }

  @Test
  void serverOfAnotherAuthority_isRefused_onBothSides() throws Exception {
    Path server = Authority.root("CN=Elsewhere").fill(folder.resolve("elsewhere"));
    Path client = clientFolder();
    Attempt attempt = bothRefused(LOOPBACK, Tls.options(server), Tls.options(client));
    requireSays(
        attempt.client(), "CN=server", "CN=Elsewhere", client.resolve("ca-cert.pem").toString());
    requireSays(attempt.server(), "refused our certificate", "certificate_unknown");
  }

  /** In TLS 1.3 the side that connects is done before the other one has looked. */
  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void clientOfAnotherAuthority_isRefused_andLearnsItFromItsFirstRead(String listenAt)
      throws Exception {
    Path client = strangersFolder();
    try (TransportListener listener = Tls.listen(listenAt + Tls.options(serverFolder()))) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      TransportChannel channel =
          Tls.connect(listener.address() + Tls.clientOptions(listenAt, client));
      requireRefusal(Sockets.failure(Kind.IDENTITY, () -> Sockets.readOne(channel)), client);
      requireSays(
          Sockets.failure(Kind.IDENTITY, accepting::result),
          "CN=client",
          "CN=Elsewhere",
          "ca-cert.pem");
      channel.abort();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void clientOfAnotherAuthority_isRefused_andLearnsItFromItsWrites(String listenAt)
      throws Exception {
    Path client = strangersFolder();
    try (TransportListener listener = Tls.listen(listenAt + Tls.options(serverFolder()))) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      TransportChannel channel =
          Tls.connect(listener.address() + Tls.clientOptions(listenAt, client));
      Caller.Call<Long> writer = Sockets.endlessWriter(Caller.PLATFORM, channel);
      requireRefusal(Sockets.failure(Kind.IDENTITY, writer::result), client);
      Sockets.failure(Kind.IDENTITY, accepting::result);
      channel.abort();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void clientOfAnotherAuthority_isRefused_andLearnsItFromItsClose(String listenAt)
      throws Exception {
    Path client = strangersFolder();
    try (TransportListener listener = Tls.listen(listenAt + Tls.options(serverFolder()))) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      TransportChannel channel =
          Tls.connect(listener.address() + Tls.clientOptions(listenAt, client));
      Sockets.writeFully(channel, Sockets.one(1));
      requireRefusal(Sockets.failure(Kind.IDENTITY, channel::close), client);
      Sockets.failure(Kind.IDENTITY, accepting::result);
    }
  }

  private Path strangersFolder() throws IOException {
    Path client = clientFolder();
    Authority.root("CN=Elsewhere").issue("CN=client").write(client, "client");
    return client;
  }

  private static void requireRefusal(TransportException failure, Path client) {
    requireSays(
        failure,
        "refused our certificate",
        client.resolve("client-cert.pem").toString(),
        "CN=client");
  }

  @Test
  void clientWithoutACertificate_isRefused() throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(serverFolder()));
        TlsPeer peer = TlsPeer.connect(port(listener), authority.certificate(), null)) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      peer.tls().startHandshake();
      requireSays(
          Sockets.failure(Kind.IDENTITY, accepting::result), "showed no certificate", "127.0.0.1");
    }
  }

  private static int port(TransportListener listener) throws TransportException {
    return HostPort.in(listener.address()).port();
  }

  @Test
  void expiredClient_isRefused() throws Exception {
    requireSays(refusalOf(authority.issueExpired("CN=old")), "CN=old", "expired at");
  }

  @Test
  void clientOfTheFuture_isRefused() throws Exception {
    requireSays(refusalOf(authority.issueEarly("CN=early")), "CN=early", "valid only from");
  }

  /** The JDK looks at the dates of no authority. */
  @Test
  void clientOfAnExpiredAuthority_isRefused() throws Exception {
    Authority past = Authority.expiredRoot("CN=Past");
    Path server = serverFolder();
    PemFiles.write(server.resolve("ca-cert.pem"), past.certificate());
    requireSays(refusalOf(past.issue("CN=client"), server), "CN=client", "CN=Past", "valid only");
  }

  /** Nor at those of a certificate that is believed by itself. */
  @Test
  void expiredClient_isRefused_alsoWhereItStandsAmongTheAuthorities() throws Exception {
    Issued old = authority.issueExpired("CN=old");
    Path server = serverFolder();
    PemFiles.write(server.resolve("ca-cert.pem"), authority.certificate(), old.chain().getFirst());
    requireSays(refusalOf(old, server), "CN=old", "expired at");
  }

  private TransportException refusalOf(Issued client) throws Exception {
    return refusalOf(client, serverFolder());
  }

  private TransportException refusalOf(Issued client, Path server) throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(server));
        TlsPeer peer = TlsPeer.connect(port(listener), authority.certificate(), client)) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      peer.tls().startHandshake();
      return Sockets.failure(Kind.IDENTITY, accepting::result);
    }
  }

  @Test
  void expiredServer_isRefused() throws Exception {
    Path client = clientFolder();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Issued expired = authority.issueExpired("CN=old", "127.0.0.1");
      Caller.Call<Boolean> serving =
          Caller.PLATFORM.start(
              () -> {
                try (TlsPeer peer = TlsPeer.accept(server, authority.certificate(), expired)) {
                  return peer.tls().getInputStream().read() < 0;
                }
              });
      requireSays(
          Sockets.failure(
              Kind.IDENTITY,
              () -> Tls.connect("tcp:127.0.0.1:" + server.getLocalPort() + Tls.options(client))),
          "CN=old",
          "expired at");
      assertThrows(IOException.class, serving::result);
    }
  }

  @Test
  void revokedClient_isRefused() throws Exception {
    Path server = serverFolder();
    Issued stolen = authority.issue("CN=stolen");
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    PemFiles.write(server.resolve("ca-crl.pem"), authority.revoke(tomorrow, stolen.certificate()));
    requireSays(refusalOf(stolen), "CN=stolen", "revoked", "ca-crl.pem");
    try (Sockets.Pair pair = Tls.pair(LOOPBACK, server)) {
      assertTrue(pair.accepted().isOpen());
    }
  }

  @Test
  void listOfTheRevoked_thatIsOutOfDate_refusesEverybody() throws Exception {
    Path server = serverFolder();
    Instant yesterday = Instant.now().minus(Duration.ofHours(1));
    PemFiles.write(server.resolve("ca-crl.pem"), authority.revoke(yesterday));
    requireSays(refusalOf(authority.issue("CN=client")), "CN=client", "unknown", "renewed by");
  }

  @Test
  void listOfTheRevoked_ofAnotherAuthority_isRefusedAtOnce() throws Exception {
    Path server = serverFolder();
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    PemFiles.write(server.resolve("ca-crl.pem"), Authority.root("CN=Root,O=Test").revoke(tomorrow));
    requireSays(
        Sockets.failure(Kind.IDENTITY, () -> Tls.listen(LOOPBACK + Tls.options(server))),
        "ca-crl.pem",
        "ca-cert.pem");
  }

  @Test
  void authoritiesBetween_areShownAndFollowed() throws Exception {
    Path server = serverFolder();
    Path client = clientFolder();
    Authority below = authority.below("CN=Between");
    below.issue("CN=server", "127.0.0.1").write(server, "server");
    below.below("CN=Deeper").issue("CN=client").write(client, "client");
    try (Sockets.Pair pair = Tls.pair(LOOPBACK, Tls.options(server), Tls.options(client))) {
      assertTrue(pair.accepted().info().security().orElseThrow().contains("CN=client"));
      assertTrue(pair.connected().info().security().orElseThrow().contains("TLSv1.3"));
      assertTrue(pair.connected().nioChannel().isEmpty());
    }
  }

  @Test
  void pins_areComparedOnBothSides() throws Exception {
    Path both = serverFolder();
    String server = pin(authority.issue("CN=server", "127.0.0.1").write(both, "server"));
    String client = pin(authority.issue("CN=client").write(both, "client"));
    try (Sockets.Pair pair =
        Tls.pair(
            LOOPBACK,
            Tls.options(both) + ",tls-pin=" + client,
            Tls.options(both) + ",tls-pin=" + server.replaceAll("..(?=.)", "$0:"))) {
      assertTrue(pair.accepted().isOpen());
    }
    Attempt attempt =
        bothRefused(LOOPBACK, Tls.options(both), Tls.options(both) + ",tls-pin=" + client);
    requireSays(attempt.client(), "not the pinned one", server, client);
    requireSays(attempt.server(), "refused our certificate");
    try (TransportListener listener =
        Tls.listen(LOOPBACK + Tls.options(both) + ",tls-pin=" + server)) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      TransportChannel connected = Tls.connect(listener.address() + Tls.options(both));
      requireSays(
          Sockets.failure(Kind.IDENTITY, accepting::result), "not the pinned one", server, client);
      Sockets.failure(Kind.IDENTITY, () -> Sockets.readOne(connected));
      connected.abort();
    }
  }

  private static String pin(Issued issued) throws Exception {
    X509Certificate certificate = issued.certificate();
    return Hashing.sha256().hashBytes(certificate.getEncoded()).toString();
  }

  @Test
  void peerOfTls12_isRefused() throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(serverFolder()));
        TlsPeer peer =
            TlsPeer.connect(port(listener), authority.certificate(), authority.issue("CN=a"))) {
      peer.tls().setEnabledProtocols(new String[] {"TLSv1.2"});
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
      Caller.Call<Boolean> trying =
          Caller.PLATFORM.start(
              () -> {
                peer.tls().startHandshake();
                return true;
              });
      requireSays(Sockets.failure(Kind.IDENTITY, accepting::result), "TLS 1.3", "127.0.0.1");
      assertThrows(IOException.class, trying::result);
    }
  }

  @Test
  void plainClient_isToldApart() throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(serverFolder()));
        SocketChannel peer = SocketChannel.open(Sockets.socketAddress(listener.address()))) {
      Sockets.writeFully(peer, ByteBuffer.wrap("QEVM, a stream of plain bytes".getBytes(US_ASCII)));
      TransportChannel accepted = listener.accept().orElseThrow();
      requireSays(
          Sockets.failure(Kind.IDENTITY, accepted::establish), "does not speak TLS", "127.0.0.1");
      assertFalse(accepted.isOpen());
    }
  }

  @Test
  void plainServer_isToldApart() throws Exception {
    Path client = clientFolder();
    try (ServerSocketChannel server = Sockets.plainServer()) {
      Caller.Call<Boolean> serving =
          Caller.PLATFORM.start(
              () -> {
                try (SocketChannel peer = server.accept()) {
                  Sockets.writeFully(
                      peer, ByteBuffer.wrap("220 who are you? \r\n".getBytes(US_ASCII)));
                  return Sockets.readOne(peer) >= 0;
                }
              });
      requireSays(
          Sockets.failure(
              Kind.IDENTITY,
              () -> Tls.connect("tcp:127.0.0.1:" + Sockets.port(server) + Tls.options(client))),
          "does not speak TLS");
      assertTrue(serving.result());
    }
  }

  @Test
  void peerThatLeavesInTheMiddle_isToldApart() throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(serverFolder()));
        SocketChannel peer = SocketChannel.open(Sockets.socketAddress(listener.address()))) {
      Sockets.writeFully(peer, ByteBuffer.wrap(HALF_A_HELLO));
      peer.shutdownOutput();
      TransportChannel accepted = listener.accept().orElseThrow();
      requireSays(
          Sockets.failure(Kind.IDENTITY, accepted::establish),
          "in the middle of the TLS hand-shake");
    }
  }

  /** A record that announces 512 bytes, and 3 of them. */
  private static final byte[] HALF_A_HELLO = {22, 3, 1, 2, 0, 1, 0, 1};

  @Test
  void peerThatStopsInTheMiddle_isGivenUp_andStopsNobody() throws Exception {
    TransportContext brief = Tls.CONTEXT.withHandshakeTimeout(Duration.ofMillis(300));
    Path certificates = serverFolder();
    try (TransportListener listener =
            new SocketTransport()
                .listen(Sockets.address(LOOPBACK + Tls.options(certificates)), brief);
        SocketChannel silent = SocketChannel.open(Sockets.socketAddress(listener.address()));
        SocketChannel stopped = SocketChannel.open(Sockets.socketAddress(listener.address()))) {
      Sockets.writeFully(stopped, ByteBuffer.wrap(HALF_A_HELLO));
      TransportChannel first = listener.accept().orElseThrow();
      TransportChannel second = listener.accept().orElseThrow();
      Caller.Call<TransportChannel> third = Caller.PLATFORM.start(() -> Tls.accept(listener));
      TransportChannel good = Tls.connect(listener.address() + Tls.options(certificates));
      third.result().abort();
      good.abort();
      requireSays(Sockets.failure(Kind.TIMED_OUT, first::establish), "300ms", "127.0.0.1");
      Sockets.failure(Kind.TIMED_OUT, second::establish);
      assertTrue(silent.isOpen());
    }
  }

  /** The JDK would take it, and need larger buffers from then on. */
  @Test
  void recordThatIsLongerThanAllowed_isRefusedAtOnce() throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(serverFolder()));
        SocketChannel peer = SocketChannel.open(Sockets.socketAddress(listener.address()))) {
      Sockets.writeFully(peer, ByteBuffer.wrap(new byte[] {22, 3, 1, (byte) 0x80, 0, 1}));
      TransportChannel accepted = listener.accept().orElseThrow();
      requireSays(
          Sockets.failure(Kind.IDENTITY, accepted::establish), "record of 32768 bytes", "16640");
    }
  }

  @Test
  void silentServer_isGivenUp() throws Exception {
    TransportContext brief = Tls.CONTEXT.withHandshakeTimeout(Duration.ofMillis(300));
    Path certificates = clientFolder();
    try (ServerSocketChannel server = Sockets.plainServer()) {
      String address = "tcp:127.0.0.1:" + Sockets.port(server) + Tls.options(certificates);
      requireSays(
          Sockets.failure(
              Kind.TIMED_OUT, () -> new SocketTransport().connect(Sockets.address(address), brief)),
          "300ms");
    }
  }

  @ParameterizedTest
  @EnumSource
  void abort_endsAHandshake(Caller caller) throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(serverFolder()));
        SocketChannel silent = SocketChannel.open(Sockets.socketAddress(listener.address()))) {
      TransportChannel accepted = listener.accept().orElseThrow();
      Caller.Call<Boolean> establishing =
          caller
              .start(
                  () -> {
                    accepted.establish();
                    return true;
                  })
              .untilBlocked();
      accepted.abort();
      assertInstanceOf(ClosedChannelException.class, establishing.failureWithinOneSecond());
      assertTrue(silent.isOpen());
    }
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_endsAHandshake(Caller caller) throws Exception {
    Path certificates = clientFolder();
    try (ServerSocketChannel server = Sockets.plainServer()) {
      String address = "tcp:127.0.0.1:" + Sockets.port(server) + Tls.options(certificates);
      Caller.Call<TransportChannel> connecting =
          caller.start(() -> Tls.connect(address)).untilBlocked();
      connecting.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, connecting.failureWithinOneSecond());
    }
  }

  @Test
  void keyThatOthersCanRead_isRefused() throws Exception {
    Path server = serverFolder();
    Path key = server.resolve("server-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    TransportException failure =
        Sockets.failure(Kind.IDENTITY, () -> Tls.listen(LOOPBACK + Tls.options(server)));
    requireSays(failure, key.toString(), "rw-r-----");
    assertTrue(failure.hint().orElseThrow().contains("chmod 600 " + key));
  }
}
