package dev.sluice.example.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.example.ucx.ControlMessage.Type;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a channel makes of a peer that says what the test wants it to say. */
@Timeout(60)
class ProtocolTest {
  /** More than fits into nanoseconds or milliseconds. */
  private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

  private SocketChannel socket;
  private ControlSocket peer;
  private UcxEnd peerEnd;
  private TransportChannel channel;

  @BeforeEach
  void connect() throws Exception {
    TransportContext context = TransportContext.defaults().withHandshakeTimeout(LONGEST);
    TransportAddress address =
        TransportAddress.parse("ucx:127.0.0.1:0,peer-timeout=" + LONGEST.toSeconds() + "s");
    UcxTransport transport = new UcxTransport();
    assertEquals(Optional.empty(), transport.schemes().getFirst().unavailability());
    peerEnd = new UcxEnd(new Fate("the peer"));
    try (TransportListener listener = transport.listen(address, context)) {
      String port = listener.address().toString().split(":")[2];
      socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", Integer.parseInt(port)));
      peer = new ControlSocket(socket);
      channel = listener.accept().orElseThrow();
    }
    Hello hello = new Hello(1 << 20, 1, peerEnd.workerAddress());
    FutureTask<Hello> greeting =
        new FutureTask<>(() -> peer.exchange(hello, Duration.ofSeconds(10)));
    Thread.ofVirtual().start(greeting);
    channel.establish();
    greeting.get();
  }

  @AfterEach
  void end() throws Exception {
    channel.abort();
    peerEnd.destroy();
    socket.close();
  }

  @Test
  void peerThatFreesWhatNobodyHasClosed_breaksTheProtocol_andFreesNothing() throws Exception {
    RegisteredMemory memory = channel.allocate(64 << 20);
    peer.send(new ControlMessage(Type.WITHDRAWN, 1));
    TransportException broken =
        assertThrows(TransportException.class, () -> channel.read(ByteBuffer.allocate(1)));
    assertTrue(broken.getMessage().contains("WITHDRAWN"), broken.getMessage());
    memory.segment().fill((byte) 1);
    assertEquals(1, memory.segment().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void peerThatIsSilentForLess_thanTheLongestTimeout_isWaitedFor() throws Exception {
    // It is told that we are there when nothing was heard of it for a while.
    ControlMessage told = peer.receive(30_000).orElseThrow();
    assertEquals(Type.BEAT, told.type());
    peer.send(new ControlMessage(Type.END, 0));
    assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
  }
}
