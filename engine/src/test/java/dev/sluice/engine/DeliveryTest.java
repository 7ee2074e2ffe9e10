package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Over TCP, a channel that is closed with unread bytes loses what it wrote; a transport's channel
 * waits. The half-channels must leave that to it, whichever half goes first.
 */
@Timeout(30)
final class DeliveryTest {
  private static final byte[] CONTENT = Bytes.random(9, 8 << 20);

  private ServerSocketChannel server;
  private SocketChannel peer;
  private TcpChannel channel;

  /** The least that the contract of channels asks for over a socket. */
  private static final class TcpChannel extends AbstractTransportChannel {
    private final SocketChannel socket;

    TcpChannel(SocketChannel socket) {
      super(
          ChannelInfo.named("tcp"),
          Direction.BOTH,
          Set.of(ChannelFeature.SHUTDOWN, ChannelFeature.RESET));
      this.socket = socket;
    }

    @Override
    protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
      return socket.read(targets, offset, length);
    }

    @Override
    protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
      return socket.write(sources, offset, length);
    }

    @Override
    protected void stop(Direction stopped) throws IOException {
      if (stopped.writes()) {
        socket.shutdownOutput();
      }
      if (stopped.reads()) {
        socket.shutdownInput();
      }
    }

    @Override
    protected void release(boolean completed) throws IOException {
      if (completed) {
        socket.shutdownOutput();
        ByteBuffer dropped = ByteBuffer.allocate(8192);
        while (socket.read(dropped) >= 0) {
          dropped.clear();
        }
      } else {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      socket.close();
    }
  }

  @BeforeEach
  void connect() throws IOException {
    server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel = new TcpChannel(SocketChannel.open(server.getLocalAddress()));
    peer = server.accept();
  }

  @AfterEach
  void disconnect() throws IOException {
    channel.abort();
    peer.close();
    server.close();
  }

  /** Says something that nobody reads, then reads slowly from the start. */
  private Background<byte[]> peerThatTalks() throws IOException {
    peer.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    return Background.run(
        () -> {
          try (SocketChannel mine = peer) {
            return Channels.newInputStream(mine).readAllBytes();
          }
        });
  }

  @Test
  void anOutputAlone_deliversAll_theOtherDirectionBeingUnread() throws IOException {
    Background<byte[]> arrived = peerThatTalks();
    try (ChannelOutput out = ChannelOutput.over(channel)) {
      out.write(CONTENT);
      out.finish();
    }
    assertArrayEquals(CONTENT, arrived.result());
  }

  @ParameterizedTest(name = "input first: {0}")
  @ValueSource(booleans = {true, false})
  void bothHalves_deliverAll_theOtherDirectionBeingUnread(boolean inputFirst) throws IOException {
    Background<byte[]> arrived = peerThatTalks();
    ChannelOutput out = ChannelOutput.over(channel);
    ChannelInput in = out.returnPath();
    if (inputFirst) {
      in.close();
    }
    out.write(CONTENT);
    out.finish();
    out.close();
    in.close();
    assertArrayEquals(CONTENT, arrived.result());
  }

  @Test
  void bothHalves_deliverAll_theOtherDirectionBeingReadInPart() throws IOException {
    Background<byte[]> arrived = peerThatTalks();
    try (ChannelOutput out = ChannelOutput.over(channel);
        ChannelInput in = out.returnPath()) {
      assertEquals(1, in.readByte());
      out.write(CONTENT);
      out.finish();
    }
    assertArrayEquals(CONTENT, arrived.result());
  }

  @Test
  void anExceptionInTheTryBlock_isAResetForThePeer() throws IOException {
    Background<byte[]> arrived = peerThatTalks();
    assertThrows(
        IllegalStateException.class,
        () -> {
          try (ChannelOutput out = ChannelOutput.over(channel)) {
            out.write(CONTENT, 0, 100);
            out.flush();
            throw new IllegalStateException("in the block");
          }
        });
    assertEquals("Connection reset", arrived.failure().getMessage());
  }
}
