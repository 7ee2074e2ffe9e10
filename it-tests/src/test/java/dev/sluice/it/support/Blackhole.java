package dev.sluice.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCP port whose connections neither open nor fail: its backlog is full, and Linux drops what
 * comes then.
 */
public final class Blackhole implements AutoCloseable {
  /** Linux takes one more than asked for; the rest is for good measure. */
  private static final int FILLERS = 4;

  private final ServerSocketChannel server = ServerSocketChannel.open();
  private final List<SocketChannel> fillers = new ArrayList<>();

  /** Opens one on the loopback interface. */
  public Blackhole() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    for (int i = 0; i < FILLERS; i++) {
      SocketChannel filler = SocketChannel.open();
      filler.configureBlocking(false);
      filler.connect(server.getLocalAddress());
      fillers.add(filler);
    }
  }

  /** Returns the address for the command. */
  public String address() throws IOException {
    return "tcp:127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel filler : fillers) {
      filler.close();
    }
    server.close();
  }
}
