package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** What all relays relay to: takes a connection, counts its bytes, and ends it behind them. */
final class RelaySink implements AutoCloseable {
  private final ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
  private final ServerSocketChannel server =
      ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  RelaySink() throws IOException {}

  int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  /** Takes the next connection to its end and returns how many bytes came. */
  long drainNext() throws IOException {
    long byteCount = 0;
    try (SocketChannel socket = server.accept()) {
      for (int read; (read = socket.read(block.clear())) >= 0; ) {
        byteCount += read;
      }
    }
    return byteCount;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
