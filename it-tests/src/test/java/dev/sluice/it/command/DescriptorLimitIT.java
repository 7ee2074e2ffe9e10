package dev.sluice.it.command;

import static dev.sluice.it.support.Command.relay;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.it.support.Certificates;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sluice relay} with as many descriptors as a node that is almost out of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DescriptorLimitIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** The JVM alone takes half of them. */
  private static final String[] FEW = {"prlimit", "--nofile=64:64"};

  private static final int CLIENT_COUNT = 60;

  @TempDir static Path folder;

  private final TransportRegistry registry =
      TransportRegistry.load(DescriptorLimitIT.class.getClassLoader());

  /** It would listen, and serve nobody for as long as it lives. */
  @Test
  void withoutRoomForOneConnection_itEndsAtOnce() throws Exception {
    int least = 64;
    Outcome outcome;
    do {
      least--;
      outcome = idle("prlimit", "--nofile=" + least + ":" + least);
    } while (outcome.code() == 0);

    assertEquals(12, outcome.code(), outcome::toString);
    assertTrue(outcome.out().contains("ulimit -n"), outcome::toString);
  }

  private static Outcome idle(String... limit) throws Exception {
    try (Running relay =
        relay(Mode.JSON, "tcp:127.0.0.1:0", "tcp:127.0.0.1:9").under(limit).start()) {
      await().atMost(SOON).until(() -> relay.out().contains("\n"));
      relay.signal("TERM");
      return relay.await(SOON);
    }
  }

  /** Those who come wait; once descriptors are free again, they are let in. */
  @Test
  void descriptorLimit_isTold_andGoesOnAfterwards() throws Exception {
    try (ServerSocketChannel server = Peer.tcp("127.0.0.1");
        Running relay =
            relay(Mode.JSON, "tcp:127.0.0.1:0", Peer.address(server)).under(FEW).start()) {
      String address = relay.awaitListening();
      List<SocketChannel> clients = new ArrayList<>();
      while (!relay.out().contains("\"limit\"")) {
        assertTrue(clients.size() < 200, relay::out);
        clients.add(Peer.connect(address));
        int open = clients.size();
        await()
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(10))
            .until(
                () ->
                    relay.out().contains("\"limit\"")
                        || relay.out().split("\"leg\":\"outgoing\",\"name\"", -1).length > open);
      }
      for (SocketChannel client : clients) {
        client.close();
      }
      try (SocketChannel client = Peer.connect(address)) {
        client.write(UTF_8.encode("hello"));
        client.shutdownOutput();
        // Behind those that were open, and those that had to wait.
        String said = "";
        while (!said.equals("hello")) {
          try (SocketChannel peer = server.accept()) {
            said = new String(Channels.newInputStream(peer).readAllBytes(), UTF_8);
          }
        }
      }
    }
  }

  /**
   * Many more than there is room for: each waits, none is lost. The JDK's TLS reads files of its
   * own for the first connection.
   */
  @ParameterizedTest(name = "incoming tls={0}, outgoing tls={1} host={2}")
  @CsvSource({
    "off, off, 127.0.0.1",
    "on, off, 127.0.0.1",
    "off, on, 127.0.0.1",
    "off, off, localhost",
    "on, off, localhost"
  })
  void manyAtOnce_areServedOneAfterTheOther(String incoming, String outgoing, String host)
      throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool();
        TransportListener server = listen("tcp:127.0.0.1:0" + tls(outgoing));
        Running relay =
            relay(
                    Mode.JSON,
                    "tcp:127.0.0.1:0" + tls(incoming),
                    server.address().toString().replace("127.0.0.1", host) + tls(outgoing))
                .under(FEW)
                .start()) {
      String address = relay.awaitListening() + tls(incoming);
      threads.execute(() -> serve(server, threads));
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < CLIENT_COUNT; i++) {
        String request = "request " + i;
        answers.add(threads.submit(() -> answer(address, request)));
      }
      for (int i = 0; i < CLIENT_COUNT; i++) {
        assertEquals("request " + i, answers.get(i).get(60, TimeUnit.SECONDS));
      }
      relay.signal("INT");
      Outcome outcome = relay.await(SOON);
      assertEquals(0, outcome.code(), outcome::toString);
    }
  }

  private static String tls(String onOff) throws Exception {
    if (onOff.equals("off")) {
      return "";
    }
    Certificates.requireOpenssl("DescriptorLimitIT, 2 tests");
    return ",tls=on,tls-dir=" + certificates();
  }

  private static Path certificates() throws Exception {
    Path made = folder.resolve("tls");
    return made.toFile().exists() ? made : Certificates.in(folder);
  }

  private TransportListener listen(String address) throws IOException {
    return registry.listen(TransportAddress.parse(address), TransportContext.defaults());
  }

  private void serve(TransportListener server, ExecutorService threads) {
    try {
      for (Optional<TransportChannel> accepted = server.accept();
          accepted.isPresent();
          accepted = server.accept()) {
        TransportChannel channel = accepted.get();
        threads.execute(() -> sendBack(channel));
      }
    } catch (IOException closed) {
      // The test has ended.
    }
  }

  /** A failure shows as an answer that does not come. */
  private static void sendBack(TransportChannel channel) {
    try (channel) {
      channel.establish();
      writeAndEnd(channel, readToTheEnd(channel));
    } catch (IOException failed) {
      channel.abort();
    }
  }

  private String answer(String address, String request) throws IOException {
    try (TransportChannel channel =
        registry.connect(TransportAddress.parse(address), TransportContext.defaults())) {
      channel.establish();
      writeAndEnd(channel, UTF_8.encode(request));
      return UTF_8.decode(readToTheEnd(channel)).toString();
    }
  }

  private static void writeAndEnd(TransportChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.shutdown(Direction.WRITE);
  }

  private static ByteBuffer readToTheEnd(TransportChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    while (channel.read(bytes) >= 0) {
      assertTrue(bytes.hasRemaining());
    }
    return bytes.flip();
  }
}
