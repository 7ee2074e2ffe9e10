package dev.sluice.it.transfer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.Relay;
import dev.sluice.engine.transfer.RelayListener;
import dev.sluice.engine.transfer.RelayOptions;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayResult;
import dev.sluice.engine.transfer.TransferException;
import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A relay between real transports, in this process, so that its descriptors can be counted. */
@Timeout(120)
class RelayIT {
  /** Much more than the buffers or windows on the way hold. */
  private static final int LARGE = 8 << 20;

  private static final List<String> ADDRESSES =
      List.of("tcp:127.0.0.1:0", "unix:FOLDER/SIDE.sock", "rdma-sim:SIDE,dir=FOLDER");

  private static final Duration SILENCE = Duration.ofSeconds(1);

  private final TransportRegistry registry = TransportRegistry.load(RelayIT.class.getClassLoader());

  @TempDir Path folder;

  @AfterEach
  void close() {
    registry.close();
  }

  private String address(String template, String side) {
    return template.replace("FOLDER", folder.toString()).replace("SIDE", side);
  }

  private RelayRun relay(String incoming, TransportListener server, RelayOptions options)
      throws Exception {
    return RelayRun.start(registry, address(incoming, "in"), server.address().toString(), options);
  }

  private static TransportChannel accept(TransportListener server) throws IOException {
    TransportChannel channel = server.accept().orElseThrow();
    channel.establish();
    return channel;
  }

  private static byte[] readAll(ReadableByteChannel channel) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(LARGE + 1);
    while (channel.read(all) >= 0) {
      // until the end
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  private static void write(WritableByteChannel channel, byte[] bytes) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  static Stream<Arguments> pairs() {
    return ADDRESSES.stream().flatMap(in -> ADDRESSES.stream().map(out -> Arguments.of(in, out)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bytesGoBothWays_atOnce(String incoming, String outgoing) throws Exception {
    byte[] there = Bytes.random(LARGE);
    byte[] back = Bytes.random(LARGE / 2);
    try (TransportListener server = registry.listen(address(outgoing, "out"));
        RelayRun run = relay(incoming, server, RelayOptions.DEFAULTS.withOnce())) {
      Task<byte[]> answering =
          Task.start(
              () -> {
                try (TransportChannel channel = accept(server)) {
                  Task<byte[]> sending = sending(channel, back);
                  byte[] received = readAll(channel);
                  sending.result();
                  return received;
                }
              });
      try (TransportChannel client = registry.connect(run.address())) {
        Task<byte[]> sending = sending(client, there);
        assertArrayEquals(back, readAll(client));
        sending.result();
        assertArrayEquals(there, answering.result());
      }
      RelayResult result = run.result();
      assertTrue(result.firstFailure().isEmpty(), result::toString);
      assertEquals(there.length, result.totals().forwardByteCount());
      assertEquals(back.length, result.totals().backwardByteCount());
    }
  }

  private static Task<byte[]> sending(TransportChannel channel, byte[] bytes) {
    return Task.start(
        () -> {
          write(channel, bytes);
          channel.shutdown(Direction.WRITE);
          return bytes;
        });
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void halfClose_isPassedOn_andAByteComesBackAfterSilence(String incoming, String outgoing)
      throws Exception {
    for (boolean clientFirst : new boolean[] {true, false}) {
      try (TransportListener server = registry.listen(address(outgoing, "out"));
          RelayRun run = relay(incoming, server, RelayOptions.DEFAULTS.withOnce())) {
        Task<TransportChannel> accepting = Task.start(() -> accept(server));
        try (TransportChannel client = registry.connect(run.address());
            TransportChannel accepted = accepting.result()) {
          TransportChannel first = clientFirst ? client : accepted;
          TransportChannel second = clientFirst ? accepted : client;
          write(first, new byte[] {1, 2, 3});
          first.shutdown(Direction.WRITE);
          assertArrayEquals(new byte[] {1, 2, 3}, readAll(second));
          LockSupport.parkNanos(SILENCE.toNanos());

          write(second, new byte[] {9});
          second.shutdown(Direction.WRITE);

          assertArrayEquals(new byte[] {9}, readAll(first));
        }
        RelayResult result = run.result();
        assertTrue(result.firstFailure().isEmpty(), result::toString);
      }
    }
  }

  @Test
  void reset_isPassedOnAsAReset_whereTheTransportsHaveIt() throws Exception {
    for (boolean clientResets : new boolean[] {true, false}) {
      try (ServerSocketChannel server = Peer.tcp("127.0.0.1");
          RelayRun run =
              RelayRun.start(
                  registry,
                  "tcp:127.0.0.1:0",
                  Peer.address(server),
                  RelayOptions.DEFAULTS.withOnce());
          SocketChannel client = Peer.connect(run.address());
          SocketChannel accepted = server.accept()) {
        write(client, new byte[10]);
        assertEquals(10, accepted.read(ByteBuffer.allocate(20)));

        Peer.reset(clientResets ? client : accepted);

        SocketChannel other = clientResets ? accepted : client;
        IOException seen =
            assertThrows(IOException.class, () -> other.read(ByteBuffer.allocate(20)));
        assertEquals("Connection reset", seen.getMessage());
        TransferException failure = run.result().firstFailure().orElseThrow();
        assertEquals(Kind.RESET, failure.kind());
        assertEquals(clientResets ? Leg.INCOMING : Leg.OUTGOING, failure.leg());
      }
    }
  }

  @Test
  void connectionThatIsRefused_isReset_andTheRelayGoesOn() throws Exception {
    String nobody = Peer.refusing();
    try (RelayRun run =
            RelayRun.start(
                registry, "tcp:127.0.0.1:0", nobody, RelayOptions.DEFAULTS.withMaxConnections(2));
        SocketChannel one = Peer.connect(run.address())) {
      assertThrows(IOException.class, () -> one.read(ByteBuffer.allocate(1)));
      try (SocketChannel other = Peer.connect(run.address())) {
        assertThrows(IOException.class, () -> other.read(ByteBuffer.allocate(1)));
      }

      RelayResult result = run.result();
      assertEquals(2, result.totals().failedConnectionCount());
      TransferException failure = result.firstFailure().orElseThrow();
      assertEquals(Kind.UNREACHABLE, failure.kind());
      assertEquals(Leg.OUTGOING, failure.leg());
    }
  }

  @Test
  void fileSide_isAUsageError_beforeItIsOpened() throws Exception {
    for (String oneWay : List.of("file:" + folder + "/new", "stdio:", "null:")) {
      TransferException failure =
          assertThrows(
              TransferException.class,
              () ->
                  new Relay(
                          registry,
                          TransportAddress.parse("tcp:127.0.0.1:0"),
                          TransportAddress.parse(oneWay),
                          RelayOptions.DEFAULTS,
                          RelayListener.NONE)
                      .run());
      assertEquals(Kind.ADDRESS, failure.kind(), failure::toString);
      assertTrue(failure.hint().orElseThrow().contains("copy"), failure::toString);
    }
    Folder.assertHolds(folder);
  }

  @Test
  void aThousandConnectionsAtOnce_allWork() throws Exception {
    int count = 1000;
    try (ServerSocketChannel server = Peer.unix(folder.resolve("out.sock"));
        RelayRun run =
            RelayRun.start(
                registry,
                "tcp:127.0.0.1:0",
                Peer.address(server),
                RelayOptions.DEFAULTS.withMaxConnections(count))) {
      List<SocketChannel> accepted = new ArrayList<>();
      Task<List<SocketChannel>> accepting =
          Task.start(
              () -> {
                while (accepted.size() < count) {
                  accepted.add(server.accept());
                }
                return accepted;
              });
      List<SocketChannel> clients = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        SocketChannel client = Peer.connect(run.address());
        client.write(ByteBuffer.allocate(4).putInt(i).flip());
        clients.add(client);
      }
      accepting.result();
      assertEquals(count, run.relay().progress().activeConnections());
      for (int i = 0; i < count; i++) {
        ByteBuffer number = ByteBuffer.allocate(4);
        accepted.get(i).read(number);
        assertEquals(i, number.flip().getInt(), "opened in another order");
        accepted.get(i).write(number.flip());
      }
      for (int i = 0; i < count; i++) {
        ByteBuffer number = ByteBuffer.allocate(4);
        clients.get(i).read(number);
        assertEquals(i, number.flip().getInt());
        clients.get(i).close();
        accepted.get(i).close();
      }

      RelayProgress totals = run.result().totals();
      assertEquals(count, totals.connectionCount());
      assertEquals(0, totals.failedConnectionCount());
    }
  }

  /** Of all ways to end: orderly, a reset, nobody there. */
  @Test
  void tenThousandShortConnections_leaveNothingOpen() throws Exception {
    try (ServerSocketChannel server = Peer.unix(folder.resolve("out.sock"));
        RelayRun run =
            RelayRun.start(
                registry,
                "unix:" + folder.resolve("in.sock"),
                Peer.address(server),
                RelayOptions.DEFAULTS)) {
      Task<Integer> serving =
          Task.start(
              () -> {
                int served = 0;
                try (server) {
                  ByteBuffer buffer = ByteBuffer.allocate(64);
                  while (served < 10_000) {
                    try (SocketChannel accepted = server.accept()) {
                      accepted.read(buffer.clear());
                      accepted.write(buffer.flip());
                    }
                    served++;
                  }
                }
                return served;
              });
      for (int i = 0; i < 100; i++) {
        shortConnection(run.address());
      }
      await().until(() -> run.relay().progress().activeConnections() == 0);
      int descriptors = descriptorCount();

      for (int i = 100; i < 10_000; i++) {
        shortConnection(run.address());
      }
      await().until(() -> run.relay().progress().activeConnections() == 0);

      assertEquals(10_000, serving.result());
      assertEquals(10_000, run.relay().progress().connectionCount());
      assertEquals(0, run.relay().progress().failedConnectionCount());
      await().untilAsserted(() -> assertEquals(0, threadCount(), "threads are left"));
      // One less: the server's socket.
      await()
          .untilAsserted(
              () -> assertTrue(descriptorCount() <= descriptors, "descriptors are left"));
    }
  }

  private static void shortConnection(String address) throws IOException {
    try (SocketChannel client = Peer.connect(address)) {
      client.write(ByteBuffer.allocate(16));
      client.shutdownOutput();
      int received = 0;
      ByteBuffer buffer = ByteBuffer.allocate(64);
      for (int moved = 0; moved >= 0; moved = client.read(buffer.clear())) {
        received += moved;
      }
      assertEquals(16, received);
    }
  }

  private static int descriptorCount() throws IOException {
    return Folder.names(Path.of("/proc/self/fd")).size();
  }

  /** Of connections; the JVM's own come and go. */
  private static long threadCount() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("sluice-relay"))
        .count();
  }

  @Test
  void connectionsThatFail_leaveNothingOpen() throws Exception {
    String nobody = Peer.refusing();
    try (RelayRun run =
        RelayRun.start(registry, "tcp:127.0.0.1:0", nobody, RelayOptions.DEFAULTS)) {
      failTimes(run, 20);
      int descriptors = descriptorCount();

      failTimes(run, 500);

      assertEquals(520, run.relay().progress().failedConnectionCount());
      await().untilAsserted(() -> assertEquals(0, threadCount(), "threads are left"));
      await()
          .untilAsserted(
              () -> assertTrue(descriptorCount() <= descriptors, "descriptors are left"));
    }
  }

  private static void failTimes(RelayRun run, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      try (SocketChannel client = Peer.connect(run.address())) {
        assertThrows(IOException.class, () -> client.read(ByteBuffer.allocate(1)));
      }
    }
    await().until(() -> run.relay().progress().activeConnections() == 0);
  }

  /** A chain, as between two hosts. */
  @Test
  void twoRelaysInARow_areOneConnection() throws Exception {
    byte[] there = Bytes.random(LARGE);
    try (TransportListener server = registry.listen("unix:" + folder.resolve("out.sock"));
        RelayRun second =
            RelayRun.start(
                registry,
                "tcp:127.0.0.1:0",
                server.address().toString(),
                RelayOptions.DEFAULTS.withOnce());
        RelayRun first =
            RelayRun.start(
                registry,
                "unix:" + folder.resolve("in.sock"),
                second.address(),
                RelayOptions.DEFAULTS.withOnce())) {
      Task<byte[]> receiving =
          Task.start(
              () -> {
                try (TransportChannel channel = accept(server)) {
                  byte[] received = readAll(channel);
                  write(channel, new byte[] {7});
                  return received;
                }
              });
      try (TransportChannel client = registry.connect(first.address())) {
        sending(client, there).result();
        assertArrayEquals(new byte[] {7}, readAll(client));
      }

      assertArrayEquals(there, receiving.result());
      assertTrue(first.result().firstFailure().isEmpty());
      assertTrue(second.result().firstFailure().isEmpty());
    }
  }

  @Test
  void taken_isTold() throws Exception {
    try (ServerSocketChannel taken = Peer.tcp("127.0.0.1")) {
      TransportException failure =
          assertThrows(
              TransportException.class,
              () ->
                  new Relay(
                          registry,
                          TransportAddress.parse(Peer.address(taken)),
                          TransportAddress.parse("tcp:127.0.0.1:1"),
                          RelayOptions.DEFAULTS,
                          RelayListener.NONE)
                      .run());
      assertEquals(Kind.UNREACHABLE, failure.kind());
    }
  }
}
