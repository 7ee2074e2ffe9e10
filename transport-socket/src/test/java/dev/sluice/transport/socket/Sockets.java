package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Shorthand of the tests: connections of the transport to itself and to plain sockets. */
final class Sockets {
  static final TransportContext CONTEXT =
      TransportContext.defaults()
          .withConnectTimeout(Duration.ofSeconds(5))
          .withLinger(Duration.ofSeconds(5));

  private static final SocketTransport TRANSPORT = new SocketTransport();

  private Sockets() {}

  /** The two ends of a connection. */
  record Pair(TransportChannel connected, TransportChannel accepted) implements AutoCloseable {
    @Override
    public void close() {
      connected.abort();
      accepted.abort();
    }
  }

  /** One end is the transport's, the other a plain socket of the JDK. */
  record Plain(TransportChannel channel, SocketChannel peer) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.abort();
      peer.close();
    }

    void resetByPeer() throws IOException {
      peer.setOption(StandardSocketOptions.SO_LINGER, 0);
      peer.close();
    }
  }

  /** Returns addresses to listen at: each family that this machine has, and unix. */
  static Stream<String> everywhere() throws IOException {
    return Stream.concat(internet(), Stream.of("unix:" + freshPath()));
  }

  static Stream<String> internet() {
    return hasIpv6() ? Stream.of("tcp:127.0.0.1:0", "tcp:[::1]:0") : Stream.of("tcp:127.0.0.1:0");
  }

  static boolean hasIpv6() {
    try (ServerSocketChannel probe = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      probe.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
      return true;
    } catch (IOException | UnsupportedOperationException none) {
      return false;
    }
  }

  static Path freshPath() throws IOException {
    Path folder = Files.createTempDirectory("socket");
    folder.toFile().deleteOnExit();
    return folder.resolve("s");
  }

  static TransportAddress address(String text) {
    try {
      return TransportAddress.parse(text);
    } catch (TransportException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  static TransportListener listen(String address) throws IOException {
    return TRANSPORT.listen(address(address), CONTEXT);
  }

  static TransportChannel connect(String address) throws IOException {
    return TRANSPORT.connect(address(address), CONTEXT);
  }

  static TransportChannel connect(TransportAddress address) throws IOException {
    return TRANSPORT.connect(address, CONTEXT);
  }

  static Pair pair(String listenAt) throws IOException {
    return pair(listenAt, "");
  }

  /** The options are for both ends. */
  static Pair pair(String listenAt, String options) throws IOException {
    try (TransportListener listener = listen(listenAt + options)) {
      TransportChannel connected = connect(listener.address() + options);
      return new Pair(connected, listener.accept().orElseThrow());
    }
  }

  /** A channel that connected to a plain socket. */
  static Plain connectedToPlain(String options) throws IOException {
    try (ServerSocketChannel server = plainServer()) {
      TransportChannel channel = connect("tcp:127.0.0.1:" + port(server) + options);
      return new Plain(channel, server.accept());
    }
  }

  /** A channel that was accepted from a plain socket. */
  static Plain acceptedFromPlain(String options) throws IOException {
    try (TransportListener listener = listen("tcp:127.0.0.1:0" + options)) {
      SocketChannel peer = SocketChannel.open(socketAddress(listener.address()));
      return new Plain(listener.accept().orElseThrow(), peer);
    }
  }

  static ServerSocketChannel plainServer() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
  }

  static int port(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  static InetSocketAddress socketAddress(TransportAddress address) throws TransportException {
    HostPort target = HostPort.in(address);
    return new InetSocketAddress(InetAddress.ofLiteral(target.host()), target.port());
  }

  static ByteBuffer bytes(int count) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(count);
    for (int i = 0; i < count; i++) {
      bytes.put((byte) (i * 31));
    }
    return bytes.flip();
  }

  static void writeFully(WritableByteChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  /** Writes what the kernel takes at once, and returns how many bytes that were. */
  static int fill(TransportChannel channel) throws IOException {
    channel.configureBlocking(false);
    ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);
    int total = 0;
    int byteCount;
    while ((byteCount = channel.write(bytes.clear())) > 0) {
      total += byteCount;
    }
    channel.configureBlocking(true);
    return total;
  }

  /** Reads to the end and returns how many bytes there were. */
  static long drain(ReadableByteChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    long total = 0;
    int byteCount;
    while ((byteCount = channel.read(buffer.clear())) >= 0) {
      total += byteCount;
    }
    return total;
  }

  static int readOne(ReadableByteChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    int byteCount = channel.read(one);
    return byteCount < 0 ? -1 : byteCount == 0 ? -2 : one.get(0) & 0xff;
  }

  static ByteBuffer one(int value) {
    return ByteBuffer.wrap(new byte[] {(byte) value});
  }

  /** Writes until it fails. */
  static Caller.Call<Long> endlessWriter(Caller caller, WritableByteChannel channel) {
    return caller.start(
        () -> {
          while (true) {
            writeFully(channel, ByteBuffer.allocateDirect(1 << 16));
          }
        });
  }

  /** Writes until the peer's buffers are full and the thread blocks; fails when it is woken. */
  static Caller.Call<Long> blockedWriter(Caller caller, WritableByteChannel channel) {
    return endlessWriter(caller, channel).untilBlocked();
  }

  static Caller.Call<Integer> blockedReader(Caller caller, ReadableByteChannel channel) {
    return caller.start(() -> readOne(channel)).untilBlocked();
  }

  static TransportException failure(TransportException.Kind kind, Executable call) {
    TransportException failure = assertThrows(TransportException.class, call);
    if (failure.kind() != kind) {
      throw new AssertionError("expected " + kind + ", not " + failure.kind(), failure);
    }
    return failure;
  }

  static String text(Throwable failure) {
    return Objects.requireNonNull(failure.getMessage());
  }
}
