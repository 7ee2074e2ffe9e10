package dev.sluice.transport.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.transport.socket.tls.Authority;
import dev.sluice.transport.socket.tls.Issued;
import dev.sluice.transport.socket.tls.TlsLayer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How streams with TLS end, and how they do not. */
@Timeout(30)
class TlsEndingTest {
  private static final String LOOPBACK = "tcp:127.0.0.1:0";
  private static final int LARGE_BYTE_COUNT = 8 << 20;

  @TempDir static Path certificates;

  private static final Authority AUTHORITY = Authority.root("CN=Root");

  @BeforeAll
  static void makeCertificates() throws IOException {
    AUTHORITY.fill(certificates);
  }

  /** A peer of the JDK that sends 5 bytes, and a channel that accepted it. */
  private record FromPeer(TransportChannel channel, TlsPeer peer) implements AutoCloseable {
    static FromPeer greeted(String options) throws Exception {
      Issued own = AUTHORITY.issue("CN=peer");
      try (TransportListener listener =
          Tls.listen(LOOPBACK + Tls.options(certificates) + options)) {
        int port = HostPort.in(listener.address()).port();
        Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
        TlsPeer peer = TlsPeer.connect(port, AUTHORITY.certificate(), own);
        peer.tls().getOutputStream().write("hello".getBytes(US_ASCII));
        return new FromPeer(accepting.result(), peer);
      }
    }

    @Override
    public void close() throws IOException {
      channel.abort();
      peer.close();
    }
  }

  @Test
  void endWithoutCloseNotify_isATruncation_alsoTheSecondTime() throws Exception {
    try (FromPeer pair = FromPeer.greeted("")) {
      pair.peer().cut();
      ByteBuffer five = ByteBuffer.allocate(5);
      while (five.hasRemaining()) {
        assertTrue(pair.channel().read(five) > 0);
      }
      for (int i = 0; i < 3; i++) {
        TransportException failure =
            Sockets.failure(Kind.TRUNCATED, () -> Sockets.readOne(pair.channel()));
        assertTrue(Sockets.text(failure).contains("close_notify"), Sockets.text(failure));
        assertTrue(failure.hint().orElseThrow().contains("tls-close-notify=off"));
      }
    }
  }

  @Test
  void endWithoutCloseNotify_isTheEnd_whereTheAddressSaysSo() throws Exception {
    try (FromPeer pair = FromPeer.greeted(",tls-close-notify=off")) {
      pair.peer().cut();
      assertEquals(5, Sockets.drain(pair.channel()));
      assertEquals(-1, Sockets.readOne(pair.channel()));
    }
  }

  @Test
  void endWithCloseNotify_isTheEnd_alsoWhereItIsNotExpected() throws Exception {
    for (String options : new String[] {"", ",tls-close-notify=off"}) {
      try (FromPeer pair = FromPeer.greeted(options)) {
        pair.peer().tls().shutdownOutput();
        assertEquals(5, Sockets.drain(pair.channel()));
      }
    }
  }

  /** The last record is cut in two by a machine that sits between. */
  @Test
  void endInTheMiddleOfARecord_isATruncation_whateverTheAddressSays() throws Exception {
    for (String options : new String[] {"", ",tls-close-notify=off"}) {
      try (FromPeer pair = FromPeer.greeted(options)) {
        byte[] halfARecord = {23, 3, 3, 0, 100, 1, 2, 3};
        pair.peer().plain().getOutputStream().write(halfARecord);
        pair.peer().cut();
        Sockets.failure(Kind.TRUNCATED, () -> Sockets.drain(pair.channel()));
      }
    }
  }

  @Test
  void changedRecord_isAFailure_behindTheGoodBytes() throws Exception {
    try (FromPeer pair = FromPeer.greeted("")) {
      byte[] forged = new byte[5 + 40];
      System.arraycopy(new byte[] {23, 3, 3, 0, 40}, 0, forged, 0, 5);
      pair.peer().plain().getOutputStream().write(forged);
      ByteBuffer five = ByteBuffer.allocate(5);
      while (five.hasRemaining()) {
        assertTrue(pair.channel().read(five) > 0);
      }
      Sockets.failure(Kind.IO, () -> Sockets.readOne(pair.channel()));
    }
  }

  @Test
  void reset_staysAReset() throws Exception {
    try (FromPeer pair = FromPeer.greeted("")) {
      pair.peer().plain().setSoLinger(true, 0);
      pair.peer().plain().close();
      Sockets.failure(Kind.RESET, () -> Sockets.drain(pair.channel()));
    }
  }

  @Test
  void abortOverUnix_isATruncation_soThatChannelsHaveReset() throws Exception {
    String listenAt = "unix:" + Sockets.freshPath();
    try (Sockets.Pair pair = Tls.pair(listenAt, certificates)) {
      assertTrue(pair.accepted().features().contains(ChannelFeature.RESET));
      Sockets.writeFully(pair.connected(), Sockets.one(1));
      assertEquals(1, Sockets.readOne(pair.accepted()));
      pair.connected().abort();
      Sockets.failure(Kind.TRUNCATED, () -> Sockets.readOne(pair.accepted()));
    }
    String off = Tls.options(certificates) + ",tls-close-notify=off";
    try (Sockets.Pair pair = Tls.pair(listenAt, off, off + ",tls-hostname=localhost")) {
      assertFalse(pair.accepted().features().contains(ChannelFeature.RESET));
    }
  }

  /** The peer's program reads the end before it ends its own side, and then has its say. */
  @Test
  void halfClose_isUnderstoodByTheJdk_inBothOrders() throws Exception {
    try (FromPeer pair = FromPeer.greeted("")) {
      pair.channel().shutdown(Direction.WRITE);
      assertEquals(-1, pair.peer().tls().getInputStream().read());
      pair.peer().tls().getOutputStream().write(new byte[LARGE_BYTE_COUNT / 8]);
      pair.peer().tls().shutdownOutput();
      assertEquals(5 + LARGE_BYTE_COUNT / 8, Sockets.drain(pair.channel()));
      pair.peer().cut();
      pair.channel().close();
    }
    try (FromPeer pair = FromPeer.greeted("")) {
      pair.peer().tls().shutdownOutput();
      assertEquals(5, Sockets.drain(pair.channel()));
      Sockets.writeFully(pair.channel(), Sockets.one(9));
      assertEquals(9, pair.peer().tls().getInputStream().read());
      pair.channel().shutdown(Direction.WRITE);
      assertEquals(-1, pair.peer().tls().getInputStream().read());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void halfClose_withAReaderBlocked_letsThePeerAnswer(String listenAt) throws Exception {
    for (boolean connectedFirst : new boolean[] {true, false}) {
      try (Sockets.Pair pair = Tls.pair(listenAt, certificates)) {
        TransportChannel first = connectedFirst ? pair.connected() : pair.accepted();
        TransportChannel second = connectedFirst ? pair.accepted() : pair.connected();
        Caller.Call<Integer> reader = Sockets.blockedReader(Caller.PLATFORM, first);
        Sockets.writeFully(first, Sockets.one(1));
        first.shutdown(Direction.WRITE);
        assertEquals(1, Sockets.readOne(second));
        assertEquals(-1, Sockets.readOne(second));
        Sockets.writeFully(second, Sockets.one(2));
        assertEquals(2, reader.result());
        second.shutdown(Direction.WRITE);
        assertEquals(-1, Sockets.readOne(first));
      }
    }
  }

  /** The peer takes nothing, so neither the begun record nor the end can be sent at once. */
  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void shutdownOfABlockedWriter_wakesIt_andThePeerReadsAllAndTheEnd(String listenAt)
      throws Exception {
    try (Sockets.Pair pair = Tls.pair(listenAt, certificates)) {
      long[] accepted = {0};
      Caller.Call<Long> writer =
          Caller.VIRTUAL
              .<Long>start(
                  () -> {
                    ByteBuffer bytes = ByteBuffer.allocate(50_000);
                    while (true) {
                      accepted[0] += pair.connected().write(bytes.clear());
                    }
                  })
              .untilBlocked();
      pair.connected().shutdown(Direction.WRITE);
      writer.failureWithinOneSecond();
      assertEquals(accepted[0], Sockets.drain(pair.accepted()));
      assertEquals(-1, Sockets.readOne(pair.accepted()));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void bothWriteBeforeTheyRead_andNothingIsStuck(String listenAt) throws Exception {
    try (Sockets.Pair pair = Tls.pair(listenAt, certificates)) {
      Caller.Call<Boolean> there = sender(pair.connected());
      Caller.Call<Boolean> back = sender(pair.accepted());
      there.untilWaiting();
      Caller.Call<Long> received = Caller.PLATFORM.start(() -> Sockets.drain(pair.connected()));
      assertEquals(LARGE_BYTE_COUNT, Sockets.drain(pair.accepted()));
      assertEquals(LARGE_BYTE_COUNT, received.result());
      assertTrue(there.result());
      assertTrue(back.result());
    }
  }

  private static Caller.Call<Boolean> sender(TransportChannel channel) {
    return Caller.VIRTUAL.start(
        () -> {
          Sockets.writeFully(channel, Sockets.bytes(LARGE_BYTE_COUNT));
          channel.shutdown(Direction.WRITE);
          return true;
        });
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Tls#everywhere")
  void close_delivers_whileThePeerGoesOnSending(String listenAt) throws Exception {
    try (Sockets.Pair pair = Tls.pair(listenAt, certificates)) {
      Caller.Call<Boolean> closer =
          Caller.PLATFORM.start(
              () -> {
                Sockets.writeFully(pair.connected(), Sockets.bytes(LARGE_BYTE_COUNT));
                pair.connected().close();
                return true;
              });
      Caller.Call<Long> reader = Caller.PLATFORM.start(() -> Sockets.drain(pair.accepted()));
      Sockets.writeFully(pair.accepted(), Sockets.bytes(LARGE_BYTE_COUNT));
      assertEquals(LARGE_BYTE_COUNT, reader.result());
      pair.accepted().close();
      assertTrue(closer.result());
    }
  }

  /** Whoever cuts the connection could otherwise make a sender believe that all has arrived. */
  @Test
  void close_isNotConfirmed_byAnEndWithoutCloseNotify() throws Exception {
    try (FromPeer pair = FromPeer.greeted("")) {
      Sockets.writeFully(pair.channel(), Sockets.one(1));
      pair.peer().cut();
      TransportException failure = Sockets.failure(Kind.TRUNCATED, pair.channel()::close);
      assertTrue(Sockets.text(failure).contains("unknown"), Sockets.text(failure));
    }
    try (FromPeer pair = FromPeer.greeted(",tls-close-notify=off")) {
      Sockets.writeFully(pair.channel(), Sockets.one(1));
      pair.peer().cut();
      pair.channel().close();
    }
  }

  /** Such as where memory is short: nobody else has the channel yet. */
  @Test
  void errorInTheHandshake_abortsTheChannelBeneath() throws Exception {
    try (Sockets.Pair plain = Sockets.pair(LOOPBACK)) {
      TransportChannel failing =
          new ForwardingChannel(plain.connected()) {
            @Override
            public int read(ByteBuffer target) {
              throw new OutOfMemoryError("in a test");
            }
          };
      TlsLayer layer =
          TlsLayer.toConnect(
                  Sockets.address(LOOPBACK + Tls.options(certificates)),
                  Optional.of("localhost"),
                  Duration.ofSeconds(1),
                  Tls.CONTEXT)
              .orElseThrow();
      assertThrows(OutOfMemoryError.class, () -> layer.connected(failing));
      assertFalse(plain.connected().isOpen());
    }
  }

  @Test
  void close_withoutTheHandshake_isNothing() throws Exception {
    try (TransportListener listener = Tls.listen(LOOPBACK + Tls.options(certificates))) {
      try (Socket silent =
          new Socket(InetAddress.ofLiteral("127.0.0.1"), HostPort.in(listener.address()).port())) {
        TransportChannel accepted = listener.accept().orElseThrow();
        assertThrows(IllegalStateException.class, () -> Sockets.readOne(accepted));
        accepted.close();
        assertFalse(accepted.isOpen());
        assertThrows(IOException.class, () -> silent.getInputStream().read());
      }
    }
  }

  /**
   * A server of the JDK sends a ticket behind the hand-shake, which a side that only writes never
   * reads.
   */
  @Test
  void ticketsThatNobodyReads_disturbNobody() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Issued own = AUTHORITY.issue("CN=server", "127.0.0.1");
      Caller.Call<Integer> serving =
          Caller.PLATFORM.start(
              () -> {
                try (TlsPeer peer = TlsPeer.accept(server, AUTHORITY.certificate(), own)) {
                  InputStream input = peer.tls().getInputStream();
                  int total = input.readAllBytes().length;
                  peer.tls().close();
                  return total;
                }
              });
      TransportChannel channel =
          Tls.connect("tcp:127.0.0.1:" + server.getLocalPort() + Tls.options(certificates));
      Sockets.writeFully(channel, Sockets.bytes(LARGE_BYTE_COUNT));
      channel.close();
      assertEquals(LARGE_BYTE_COUNT, serving.result());
    }
  }

  /** Repeat a failure with the seed that its name has. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyPieces_arriveInOrder(long seed) throws Exception {
    Random random = new Random(seed);
    ByteBuffer bytes = Sockets.bytes(1 << 20);
    try (Sockets.Pair pair = Tls.pair(LOOPBACK, certificates)) {
      Caller.Call<Boolean> writer =
          Caller.PLATFORM.start(
              () -> {
                Random pieces = new Random(seed + 1);
                for (int at = 0; at < bytes.capacity(); ) {
                  int length = Math.min(1 + pieces.nextInt(40_000), bytes.capacity() - at);
                  Sockets.writeFully(pair.connected(), bytes.slice(at, length));
                  at += length;
                }
                pair.connected().shutdown(Direction.WRITE);
                return true;
              });
      ByteBuffer received = ByteBuffer.allocate(bytes.capacity());
      while (received.hasRemaining()) {
        int room = Math.min(1 + random.nextInt(40_000), received.remaining());
        ByteBuffer piece = received.slice(received.position(), room);
        int byteCount = pair.accepted().read(piece);
        assertTrue(byteCount > 0, "ended at " + received.position());
        received.position(received.position() + byteCount);
      }
      assertEquals(-1, Sockets.readOne(pair.accepted()));
      assertEquals(bytes, received.flip());
      assertTrue(writer.result());
    }
  }
}
