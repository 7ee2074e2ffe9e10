package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Shorthand of the tests: connections through the provider, in a folder of the test's own. */
final class Channels {
  static final TransportContext CONTEXT =
      TransportContext.defaults()
          .withConnectTimeout(Duration.ofSeconds(5))
          .withHandshakeTimeout(Duration.ofSeconds(5))
          .withLinger(Duration.ofSeconds(5));

  /** A small one is full soon. */
  static final String WINDOW = ",window=64KiB";

  static final int WINDOW_BYTE_COUNT = 64 << 10;

  private static final RdmaSimTransport TRANSPORT = new RdmaSimTransport();

  private Channels() {}

  /** The two ends of a connection. */
  record Pair(TransportChannel connected, TransportChannel accepted) implements AutoCloseable {
    @Override
    public void close() {
      connected.abort();
      accepted.abort();
    }
  }

  static String at(Path base) {
    return "rdma-sim:a,dir=" + base;
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

  static Pair pair(Path base) throws Exception {
    return pair(base, WINDOW);
  }

  /** The options are for both ends. */
  static Pair pair(Path base, String options) throws Exception {
    try (TransportListener listener = listen(at(base) + options)) {
      return pair(listener);
    }
  }

  static Pair pair(TransportListener listener) throws Exception {
    Caller.Call<TransportChannel> connecting =
        Caller.PLATFORM.start(() -> connect(listener.address().toString()));
    TransportChannel accepted = listener.accept().orElseThrow();
    accepted.establish();
    return new Pair(connecting.result(), accepted);
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

  static ByteBuffer readFully(ReadableByteChannel channel, int byteCount) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(byteCount);
    while (target.hasRemaining() && channel.read(target) >= 0) {
      // Reads may be short.
    }
    return target.flip();
  }

  /** Writes what the peer has room for, and returns how many bytes that were. */
  static int fill(TransportChannel channel) throws IOException {
    channel.configureBlocking(false);
    ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 12);
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
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 14);
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

  /** Writes until the window is full and the thread blocks; fails when it is woken. */
  static Caller.Call<Long> blockedWriter(Caller caller, WritableByteChannel channel) {
    return endlessWriter(caller, channel).untilBlocked();
  }

  static Caller.Call<Integer> blockedReader(Caller caller, ReadableByteChannel channel) {
    return caller.start(() -> readOne(channel)).untilBlocked();
  }

  static boolean closed(TransportChannel channel) throws IOException {
    channel.close();
    return true;
  }

  static TransportException failure(TransportException.Kind kind, Executable call) {
    TransportException failure = assertThrows(TransportException.class, call);
    if (failure.kind() != kind) {
      throw new AssertionError("expected " + kind + ", not " + failure.kind(), failure);
    }
    return failure;
  }

  /** Returns message and hint. */
  static String text(TransportException failure) {
    return Objects.requireNonNull(failure.getMessage()) + " | " + failure.hint().orElse("");
  }

  /** Returns what lies in all folders under a base, without the folders. */
  static List<String> files(Path base) throws IOException {
    try (Stream<Path> all = Files.walk(base)) {
      return all.filter(path -> !Files.isDirectory(path))
          .map(path -> String.valueOf(path.getFileName()))
          .sorted()
          .toList();
    }
  }
}
