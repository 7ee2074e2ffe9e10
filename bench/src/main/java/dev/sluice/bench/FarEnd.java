package dev.sluice.bench;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/**
 * The other process of {@link BetweenProcesses}: takes one connection, does what it is told with
 * it, and ends with it.
 *
 * <p>Usage: {@code FarEnd ROLE BLOCK_BYTES ADDRESS|bare}; prints the address it listens at.
 */
public final class FarEnd {
  /** What is done with the connection. */
  enum Role {
    /** Reads whole messages, whose size comes first, and answers each with a byte. */
    DRAIN,
    /** Gives back what comes. */
    ECHO,
    /** Offers memory of a size that comes first, and waits for the end. */
    MEMORY
  }

  /** Stands for a {@link SocketChannel} without anything of Sluice around it. */
  static final String BARE = "bare";

  private FarEnd() {}

  /** Runs until the connection ends. */
  public static void main(String[] args) throws IOException {
    Role role = Role.valueOf(args[0].toUpperCase(Locale.ROOT));
    int blockBytes = Integer.parseInt(args[1]);
    if (args[2].equals(BARE)) {
      try (ServerSocketChannel server =
          ServerSocketChannel.open()
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
        tell(Integer.toString(((InetSocketAddress) server.getLocalAddress()).getPort()));
        try (SocketChannel channel = server.accept()) {
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
          serve(role, blockBytes, new Line(channel, channel));
        }
      }
      return;
    }
    try (TransportRegistry registry = TransportRegistry.load(FarEnd.class.getClassLoader());
        TransportListener listener =
            registry.listen(TransportAddress.parse(args[2]), TransportContext.defaults())) {
      tell(listener.address().toString());
      try (TransportChannel channel = listener.accept().orElseThrow()) {
        channel.establish();
        serve(role, blockBytes, new Line(channel, channel));
      }
    }
  }

  private static void tell(String address) {
    System.out.println(address);
    System.out.flush();
  }

  private static void serve(Role role, int blockBytes, Line line) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(blockBytes);
    switch (role) {
      case DRAIN -> drain(line, block);
      case ECHO -> echo(line, block);
      case MEMORY -> offer((TransportChannel) line.in(), line);
    }
  }

  private static void drain(Line line, ByteBuffer block) throws IOException {
    ByteBuffer size = ByteBuffer.allocateDirect(Long.BYTES);
    while (line.fill(size.clear())) {
      long left = size.flip().getLong();
      while (left > 0) {
        block.clear().limit((int) Math.min(left, block.capacity()));
        int byteCount = line.in().read(block);
        if (byteCount < 0) {
          throw new IOException("ended " + left + " bytes early");
        }
        left -= byteCount;
      }
      line.drain(size.clear().limit(1));
    }
  }

  private static void echo(Line line, ByteBuffer block) throws IOException {
    while (line.fill(block.clear())) {
      line.drain(block.flip());
    }
  }

  private static void offer(TransportChannel channel, Line line) throws IOException {
    ByteBuffer size = ByteBuffer.allocateDirect(Long.BYTES);
    if (!line.fill(size)) {
      throw new IOException("no size");
    }
    try (RegisteredMemory memory = channel.allocate(size.flip().getLong())) {
      ByteBuffer key = memory.key();
      line.drain(
          ByteBuffer.allocateDirect(1 + key.remaining())
              .put((byte) key.remaining())
              .put(key)
              .flip());
      if (line.fill(size.clear())) {
        throw new IOException("something came in place of the end");
      }
    }
  }
}
