package dev.sluice.tck.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.tck.Background;
import dev.sluice.tck.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class MemoryTransportTest {
  private static final TransportContext CONTEXT = TransportContext.defaults();

  private final MemoryTransport transport = new MemoryTransport();
  private final TransportAddress address = TransportAddress.of(MemoryTransport.SCHEME, "vm");

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  @Test
  void connect_beforeAccept_writesWhatAcceptedReads() throws IOException {
    try (TransportListener listener = transport.listen(address, CONTEXT);
        TransportChannel outgoing = transport.connect(address, CONTEXT)) {
      outgoing.write(Bytes.of("early"));
      try (TransportChannel incoming = listener.accept().orElseThrow()) {
        assertEquals("early", Bytes.read(incoming, 10));
        assertEquals(Optional.of(address), outgoing.info().peerAddress());
        assertEquals(Optional.of(address), incoming.info().localAddress());
      }
    }
  }

  @Test
  void accept_threeConnections_comeInOrder() throws IOException {
    try (TransportListener listener = transport.listen(address, CONTEXT)) {
      for (int i = 0; i < 3; i++) {
        transport.connect(address, CONTEXT).write(Bytes.of("c" + i));
      }
      for (int i = 0; i < 3; i++) {
        assertEquals("c" + i, Bytes.read(listener.accept().orElseThrow(), 10));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void accept_nobodyThere_waitsForConnect(Thread.Builder kind) throws Exception {
    try (TransportListener listener = transport.listen(address, CONTEXT)) {
      var acceptor = Background.on(kind, listener::accept).awaitBlocked();
      transport.connect(address, CONTEXT);
      assertTrue(acceptor.result().isPresent());
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void accept_listenerClosed_isEmpty(Thread.Builder kind) throws Exception {
    TransportListener listener = transport.listen(address, CONTEXT);
    var acceptor = Background.on(kind, listener::accept).awaitBlocked();
    listener.close();
    assertEquals(Optional.empty(), acceptor.result());
    assertEquals(Optional.empty(), listener.accept());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void accept_interrupted_closesTheListener(Thread.Builder kind) throws Exception {
    TransportListener listener = transport.listen(address, CONTEXT);
    var acceptor = Background.on(kind, listener::accept).awaitBlocked();
    acceptor.interrupt();
    assertThrows(ClosedByInterruptException.class, acceptor::result);
    assertEquals(Optional.empty(), listener.accept());
    assertKind(Kind.UNREACHABLE, () -> transport.connect(address, CONTEXT));
  }

  @Test
  void close_channelNobodyAccepted_isReset() throws IOException {
    TransportListener listener = transport.listen(address, CONTEXT);
    TransportChannel outgoing = transport.connect(address, CONTEXT);
    listener.close();
    assertKind(Kind.RESET, () -> outgoing.read(ByteBuffer.allocate(1)));
  }

  @Test
  void close_acceptedChannel_staysOpen() throws IOException {
    TransportListener listener = transport.listen(address, CONTEXT);
    TransportChannel outgoing = transport.connect(address, CONTEXT);
    TransportChannel incoming = listener.accept().orElseThrow();
    listener.close();
    outgoing.write(Bytes.of("still"));
    assertEquals("still", Bytes.read(incoming, 10));
  }

  @Test
  void connect_nobodyListens_isUnreachable() {
    assertKind(Kind.UNREACHABLE, () -> transport.connect(address, CONTEXT));
  }

  @Test
  void listen_nameTaken_isUnreachableUntilTheOtherCloses() throws IOException {
    TransportListener first = transport.listen(address, CONTEXT);
    assertKind(Kind.UNREACHABLE, () -> transport.listen(address, CONTEXT));
    first.close();
    TransportListener second = transport.listen(address, CONTEXT);
    first.close();
    assertTrue(transport.connect(address, CONTEXT).isOpen());
    second.close();
  }

  @Test
  void target_empty_isAnAddressError() {
    TransportAddress nameless = TransportAddress.of(MemoryTransport.SCHEME, "");
    assertKind(Kind.ADDRESS, () -> transport.connect(nameless, CONTEXT));
    assertKind(Kind.ADDRESS, () -> transport.listen(nameless, CONTEXT));
  }

  @Test
  void capacity_given_bounds() throws IOException {
    try (TransportListener listener = transport.listen(address, CONTEXT)) {
      var small = TransportAddress.parse(address + ",capacity=3");
      assertEquals(3, transport.connect(small, CONTEXT).write(Bytes.of("abcdef")));
      var none = TransportAddress.parse(address + ",capacity=0");
      assertKind(Kind.ADDRESS, () -> transport.connect(none, CONTEXT));
      assertEquals(address, listener.address());
    }
  }

  @Test
  void instances_haveNamesOfTheirOwn() throws IOException {
    try (TransportListener listener = transport.listen(address, CONTEXT)) {
      assertTrue(listener.awaitsPeer());
      assertKind(Kind.UNREACHABLE, () -> new MemoryTransport().connect(address, CONTEXT));
    }
  }

  @Test
  void provider_declaresItselfButIsNoService() {
    assertEquals(TransportProvider.SPI_VERSION, transport.spiVersion());
    Scheme scheme = transport.schemes().getFirst();
    assertEquals(MemoryTransport.SCHEME, scheme.name());
    assertTrue(scheme.loopback(Path.of("unused")).isPresent());
    assertFalse(
        ServiceLoader.load(TransportProvider.class).stream()
            .anyMatch(service -> service.type() == MemoryTransport.class));
  }

  private static void assertKind(Kind kind, Executable call) {
    assertEquals(kind, assertThrows(TransportException.class, call).kind());
  }
}
