package dev.sluice.it.command;

import static dev.sluice.it.support.Command.relay;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sluice relay} between other programs: both ways, every end, every exit status. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RelayCommandIT {
  private static final int USAGE = 2;
  private static final int TLS = 4;
  private static final int UNREACHABLE = 3;
  private static final int READ_FAILED = 5;
  private static final int WRITE_FAILED = 6;
  private static final int TIMED_OUT = 10;
  private static final int POLICY = 14;
  private static final Duration SOON = Duration.ofSeconds(20);

  /** More than the kernel keeps for a peer that does not read. */
  private static final int LARGE = 64 << 20;

  @TempDir Path folder;

  private ServerSocketChannel server(String scheme) throws IOException {
    return scheme.equals("tcp") ? Peer.tcp("127.0.0.1") : Peer.unix(folder.resolve("out.sock"));
  }

  private String incoming(String scheme) {
    return scheme.equals("tcp") ? "tcp:127.0.0.1:0" : "unix:" + folder.resolve("in.sock");
  }

  private static void send(SocketChannel to, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      to.write(left);
    }
  }

  private static byte[] receive(SocketChannel from) throws IOException {
    return Channels.newInputStream(from).readAllBytes();
  }

  private static void receiveOne(SocketChannel from) throws IOException {
    assertEquals(1, from.read(ByteBuffer.allocate(1)));
  }

  @ParameterizedTest
  @CsvSource({"tcp, unix, PLAIN", "unix, tcp, JSON", "tcp, tcp, JSON", "unix, unix, PLAIN"})
  void clientEndsFirst_theAnswerStillComes(String from, String to, Mode mode) throws Exception {
    byte[] request = Bytes.random(3_000_001);
    byte[] answer = Bytes.random(2_000_003);
    try (ServerSocketChannel server = server(to);
        Running relay = relay(mode, incoming(from), Peer.address(server), "--once").start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel peer = server.accept()) {
      CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> unchecked(peer));
      send(client, request);
      client.shutdownOutput();
      assertArrayEquals(request, received.get(20, TimeUnit.SECONDS));
      CompletableFuture<byte[]> answered = CompletableFuture.supplyAsync(() -> unchecked(client));
      send(peer, answer);
      peer.close();
      assertArrayEquals(answer, answered.get(20, TimeUnit.SECONDS));
      client.close();

      relay.await(SOON).relayed(mode, 1, request.length, answer.length);
    }
  }

  private static byte[] unchecked(SocketChannel from) {
    try {
      return receive(from);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  @ParameterizedTest
  @CsvSource({"tcp, unix", "unix, tcp"})
  void serverEndsFirst_theClientStillSends(String from, String to) throws Exception {
    try (ServerSocketChannel server = server(to);
        Running relay = relay(Mode.JSON, incoming(from), Peer.address(server), "--once").start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel peer = server.accept()) {
      send(peer, new byte[5]);
      peer.shutdownOutput();
      assertEquals(5, receive(client).length);
      relay.awaitSaying("\"half-closed\".*\"leg\":\"outgoing\",\"bytes\":5");
      send(client, new byte[1000]);
      client.close();
      assertEquals(1000, receive(peer).length);
      peer.close();

      relay.await(SOON).relayed(Mode.JSON, 1, 1000, 5);
    }
  }

  /** A program that has never heard of Sluice, at either end. */
  @Test
  void socat_talksToPython_throughTheRelay() throws Exception {
    Path port = folder.resolve("port");
    String upper =
        """
        import socket, sys
        s = socket.create_server(("127.0.0.1", 0))
        open(sys.argv[1] + ".new", "w").write(str(s.getsockname()[1]))
        import os; os.rename(sys.argv[1] + ".new", sys.argv[1])
        c, _ = s.accept()
        data = b""
        while True:
            part = c.recv(65536)
            if not part: break
            data += part
        c.sendall(data.upper())
        c.close()
        """;
    try (Running python = Command.of("python3", "-c", upper, port.toString()).start()) {
      await().atMost(SOON).until(() -> Files.exists(port));
      try (Running relay =
          relay(Mode.PLAIN, incoming("unix"), "tcp:127.0.0.1:" + Files.readString(port), "--once")
              .start()) {
        String socket = relay.awaitListening().substring("unix:".length());
        Outcome socat =
            Command.of("bash", "-c", "echo hello | socat -t 20 - UNIX-CONNECT:" + socket)
                .run()
                .succeeded();

        assertEquals("HELLO\n", socat.out());
        relay.await(SOON).relayed(Mode.PLAIN, 1, 6, 6);
      }
      python.await(SOON).succeeded();
    }
  }

  @Test
  void twoRelaysAndSharedMemoryBetween_changeNothing() throws Exception {
    byte[] request = Bytes.random(8 << 20);
    byte[] answer = Bytes.random(1 << 20);
    try (ServerSocketChannel server = server("unix");
        Running second =
            relay(Mode.JSON, "rdma-sim:it,dir=" + folder, Peer.address(server), "--once").start();
        Running first =
            relay(Mode.JSON, incoming("tcp"), second.awaitListening(), "--once").start();
        SocketChannel client = Peer.connect(first.awaitListening());
        SocketChannel peer = server.accept()) {
      CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> unchecked(peer));
      send(client, request);
      client.shutdownOutput();
      assertArrayEquals(request, received.get(20, TimeUnit.SECONDS));
      send(peer, answer);
      peer.close();
      assertArrayEquals(answer, receive(client));
      client.close();

      first.await(SOON).relayed(Mode.JSON, 1, request.length, answer.length);
      second.await(SOON).relayed(Mode.JSON, 1, request.length, answer.length);
    }
    Folder.assertHolds(Folder.meeting(folder));
  }

  @Test
  void once_lastsAsLongAsConnectionsOverlap() throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay = relay(Mode.JSON, incoming("tcp"), Peer.address(server), "--once").start()) {
      String address = relay.awaitListening();
      SocketChannel first = Peer.connect(address);
      SocketChannel firstPeer = server.accept();
      SocketChannel second = Peer.connect(address);
      SocketChannel secondPeer = server.accept();
      end(first, firstPeer);
      relay.awaitSaying("\"closed\"");
      SocketChannel third = Peer.connect(address);
      SocketChannel thirdPeer = server.accept();
      end(second, secondPeer);
      end(third, thirdPeer);

      relay.await(SOON).relayed(Mode.JSON, 3, 3, 0);
    }
  }

  private static void end(SocketChannel client, SocketChannel peer) throws IOException {
    send(client, new byte[1]);
    client.shutdownOutput();
    assertEquals(1, receive(peer).length);
    peer.close();
    assertEquals(0, receive(client).length);
    client.close();
  }

  @ParameterizedTest
  @EnumSource
  void connectionReset_isPassedOn_andIsNoSuccess(Mode mode) throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay = relay(mode, incoming("tcp"), Peer.address(server), "--once").start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel peer = server.accept()) {
      send(client, new byte[1]);
      receiveOne(peer);
      Peer.reset(client);

      assertThrows(IOException.class, () -> receive(peer));
      relay.await(SOON).failed(mode, READ_FAILED, "incoming", "reset", "after 1 bytes|incoming");
    }
  }

  /** It has not read what was sent to it, so its system resets the connection. */
  @ParameterizedTest
  @EnumSource
  void clientKilledInTheMiddle_isNoSuccess_andNamesSideAndBytes(Mode mode) throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay = relay(mode, incoming("tcp"), Peer.address(server), "--once").start();
        Running client = pythonClient(relay.awaitListening());
        SocketChannel peer = server.accept()) {
      receiveOne(peer);
      peer.configureBlocking(false);
      fill(peer);
      client.signal("KILL");

      relay.await(SOON).failed(mode, READ_FAILED, "incoming", "reset|broken pipe");
    }
  }

  @ParameterizedTest
  @EnumSource
  void serverKilledInTheMiddle_isNoSuccess_andNamesSideAndBytes(Mode mode) throws Exception {
    Path port = folder.resolve("port");
    String silent =
        """
        import os, socket, sys, time
        s = socket.create_server(("127.0.0.1", 0))
        open(sys.argv[1] + ".new", "w").write(str(s.getsockname()[1]))
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        c, _ = s.accept()
        time.sleep(1000)
        """;
    try (Running python = Command.of("python3", "-c", silent, port.toString()).start()) {
      await().atMost(SOON).until(() -> Files.exists(port));
      String outgoing = "tcp:127.0.0.1:" + Files.readString(port);
      try (Running relay = relay(mode, incoming("unix"), outgoing, "--once").start();
          SocketChannel client = Peer.connect(relay.awaitListening())) {
        client.configureBlocking(false);
        fill(client);
        python.signal("KILL");

        Outcome outcome = relay.await(SOON).failed(mode, WRITE_FAILED, "outgoing", "reset|pipe");
        String bytes = mode == Mode.JSON ? "\"bytes\":[1-9]\\d*" : "after [1-9]\\d* bytes forward";
        assertTrue(
            (outcome.out() + outcome.err())
                .lines()
                .anyMatch(line -> line.matches(".*" + bytes + ".*")),
            outcome::toString);
      }
    }
  }

  /** Sends one byte, and reads nothing. */
  private static Running pythonClient(String address) throws IOException {
    String[] parts = address.split(":", -1);
    return Command.of(
            "python3",
            "-c",
            "import socket, time; s = socket.create_connection(('"
                + parts[1]
                + "', "
                + parts[2]
                + ")); s.send(b'x'); time.sleep(1000)")
        .start();
  }

  /** Sends until nobody takes anything for a while. */
  private static void fill(SocketChannel socket) {
    ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              int sent = 0;
              int count;
              while (sent < LARGE && (count = socket.write(zeros.clear())) > 0) {
                sent += count;
              }
              return sent == 0;
            });
  }

  @ParameterizedTest
  @EnumSource
  void nobodyAtTheOutgoingAddress_failsTheConnection(Mode mode) throws Exception {
    String nobody = Peer.refusing();
    try (Running relay = relay(mode, incoming("tcp"), nobody, "--once").start();
        SocketChannel client = Peer.connect(relay.awaitListening())) {
      assertThrows(IOException.class, () -> receive(client));

      relay.await(SOON).failed(mode, UNREACHABLE, "refused", "outgoing", nobody);
    }
  }

  @ParameterizedTest
  @EnumSource
  void portInUse_isUnreachable(Mode mode) throws Exception {
    try (ServerSocketChannel taken = Peer.tcp("127.0.0.1")) {
      relay(mode, Peer.address(taken), "tcp:127.0.0.1:9")
          .run()
          .failed(mode, UNREACHABLE, "in use", Peer.address(taken));
    }
  }

  @ParameterizedTest
  @EnumSource
  void folderOfTheSocketAbsent_isUnreachable(Mode mode) throws Exception {
    String absent = "unix:" + folder.resolve("absent/in.sock");

    relay(mode, absent, "tcp:127.0.0.1:9").run().failed(mode, UNREACHABLE, "absent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:/etc/passwd", "-", "null:"})
  void sideThatGoesOneWay_isAUsageError_thatNamesCopy(String oneWay) throws Exception {
    relay(Mode.JSON, oneWay, "tcp:127.0.0.1:9").run().failed(Mode.JSON, USAGE, "copy");
    relay(Mode.PLAIN, "tcp:127.0.0.1:0", oneWay).run().failed(Mode.PLAIN, USAGE, "copy");
  }

  @ParameterizedTest
  @EnumSource
  void silentConnection_endsAfterTheIdleTime(Mode mode) throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay =
            relay(mode, incoming("tcp"), Peer.address(server), "--once", "--idle-timeout=300ms")
                .start();
        SocketChannel _ = Peer.connect(relay.awaitListening())) {
      relay.await(SOON).failed(mode, TIMED_OUT, "300 ?ms", "idle");
    }
  }

  @ParameterizedTest
  @EnumSource
  void receiverThatDoesNotRead_endsAfterTheStallTime(Mode mode) throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay =
            relay(mode, incoming("tcp"), Peer.address(server), "--once", "--stall-timeout=500ms")
                .start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel _ = server.accept()) {
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> assertThrows(IOException.class, () -> send(client, new byte[LARGE])));

      relay.await(SOON).failed(mode, TIMED_OUT, "500 ?ms", "outgoing");
      sending.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void clientThatSendsNothing_disturbsNobody() throws Exception {
    try (ServerSocketChannel server = server("unix");
        Running relay = relay(Mode.JSON, incoming("tcp"), Peer.address(server)).start()) {
      String address = relay.awaitListening();
      try (SocketChannel silent = Peer.connect(address);
          SocketChannel silentPeer = server.accept()) {
        for (int i = 0; i < 3; i++) {
          SocketChannel client = Peer.connect(address);
          end(client, server.accept());
        }
        silent.shutdownOutput();
        silentPeer.shutdownOutput();
        assertEquals(0, receive(silentPeer).length);
      }
      await().atMost(SOON).until(() -> relay.out().split("\"closed\"", -1).length == 5);
      relay.signal("TERM");

      relay.await(SOON).relayed(Mode.JSON, 4, 3, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, PLAIN", "TERM, JSON"})
  void signalWithoutConnections_isSuccess_andTheSocketFileGoes(String signal, Mode mode)
      throws Exception {
    try (Running relay = relay(mode, incoming("unix"), "tcp:127.0.0.1:9").start()) {
      relay.awaitListening();
      relay.signal(signal);

      relay.await(Duration.ofSeconds(3)).relayed(mode, 0, 0, 0);
    }
    Folder.assertHolds(folder);
  }

  @ParameterizedTest
  @CsvSource({"INT, PLAIN", "TERM, JSON"})
  void firstSignal_letsConnectionsEnd(String signal, Mode mode) throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay = relay(mode, incoming("tcp"), Peer.address(server)).start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel peer = server.accept()) {
      relay.signal(signal);
      relay.awaitSaying(mode == Mode.JSON ? "\"stopping\"" : "stopped by SIG" + signal);
      assertThrows(IOException.class, () -> Peer.connect(relay.awaitListening()));
      end(client, peer);

      relay.await(SOON).relayed(mode, 1, 1, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, PLAIN, 130", "TERM, JSON, 143"})
  void secondSignal_cutsOff(String signal, Mode mode, int code) throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay = relay(mode, incoming("tcp"), Peer.address(server)).start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel peer = server.accept()) {
      send(client, new byte[1]);
      receiveOne(peer);
      relay.signal(signal);
      relay.awaitSaying(mode == Mode.JSON ? "\"stopping\"" : "stopped by SIG" + signal);
      assertTrue(relay.isAlive());
      relay.signal(signal);

      relay.await(Duration.ofSeconds(3)).failed(mode, code, "second signal");
      assertThrows(IOException.class, () -> receive(peer));
      assertThrows(IOException.class, () -> receive(client));
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, PLAIN, 130", "TERM, JSON, 143"})
  void endOfTheGracePeriod_cutsOff(String signal, Mode mode, int code) throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay =
            relay(mode, incoming("tcp"), Peer.address(server), "--grace=300ms").start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel _ = server.accept()) {
      relay.signal(signal);

      relay.await(Duration.ofSeconds(4)).failed(mode, code, "300 ?ms");
      assertThrows(IOException.class, () -> receive(client));
    }
  }

  /** Its JSON fills a pipe many times over, that nobody reads. */
  @Test
  void unreadReports_holdUpNeitherConnectionsNorSignals() throws Exception {
    Path socket = folder.resolve("in.sock");
    try (ServerSocketChannel server = server("unix");
        Running relay =
            relay(Mode.JSON, "unix:" + socket, Peer.address(server)).withOutputPipe().start()) {
      await().atMost(SOON).until(() -> Files.exists(socket));
      for (int i = 0; i < 500; i++) {
        try (SocketChannel client = Peer.connect("unix:" + socket);
            SocketChannel peer = server.accept()) {
          send(client, new byte[1]);
          receiveOne(peer);
        }
      }
      relay.signal("TERM");

      assertTrue(relay.endsWithin(Duration.ofSeconds(3)));
      assertEquals(0, relay.await(SOON).code());
    }
  }

  /** What the outgoing side would refuse whoever came is not found out by the first who comes. */
  @ParameterizedTest
  @EnumSource
  void outgoingSideThatCanNeverOpen_isRefused_beforeAnythingIsOpened(Mode mode) throws Exception {
    relay(mode, incoming("unix"), "tcp:192.0.2.1:4444")
        .run()
        .failed(mode, POLICY, "192\\.0\\.2\\.1", "plaintext=on");
    relay(mode, incoming("unix"), "tcp:127.0.0.1:4444,tls=on,tls-dir=" + folder.resolve("none"))
        .run()
        .failed(mode, TLS, "none");
    Folder.assertHolds(folder);
  }

  /** As a supervisor starts it: with a file, and with a pipe whose end it waits for. */
  @Test
  void readyDescriptor_getsTheBoundAddress_andIsClosed() throws Exception {
    Path ready = folder.resolve("ready");
    try (Running relay =
        relay(Mode.JSON, "tcp:127.0.0.1:0", "tcp:127.0.0.1:9", "--ready-fd=5")
            .inScript("exec 5>" + ready + "; exec \"$@\"")
            .start()) {
      String address = relay.awaitListening();
      await().atMost(SOON).until(() -> Files.size(ready) > 0);

      assertEquals(address + "\n", Files.readString(ready));
      // The next file that the relay opens gets the same number.
      Path descriptor = Path.of("/proc/" + relay.pid() + "/fd/5");
      await()
          .atMost(SOON)
          .ignoreException(NoSuchFileException.class)
          .until(() -> Files.notExists(descriptor) || !Files.isSameFile(descriptor, ready));
      relay.signal("TERM");
      relay.await(SOON).succeeded();
    }
    Path pid = folder.resolve("pid");
    Outcome piped =
        relay(Mode.PLAIN, "tcp:127.0.0.1:0", "tcp:127.0.0.1:9", "--ready-fd=7", "-q")
            .inScript(
                "{ \"$@\" 7>&1 >/dev/null & echo $! >" + pid + "; } | cat; kill $(<" + pid + ")")
            .run();
    assertTrue(piped.out().matches("tcp:127\\.0\\.0\\.1:\\d+\n"), piped::toString);
    assertEquals("", piped.err());
  }

  @ParameterizedTest
  @EnumSource
  void readyDescriptorThatIsNotOpen_isUsage(Mode mode) throws Exception {
    String[] addresses = {"tcp:127.0.0.1:0", "tcp:127.0.0.1:9"};
    for (int number = 3; number < 12; number++) {
      relay(mode, addresses)
          .plus("--ready-fd=" + number)
          .run()
          .failed(mode, USAGE, "descriptor " + number);
    }
    relay(mode, addresses)
        .plus("--ready-fd=5")
        .inScript("exec 5</dev/null; exec \"$@\"")
        .run()
        .failed(mode, USAGE, "reading only");
  }

  @Test
  void metrics_areScraped_whileItRelays() throws Exception {
    try (ServerSocketChannel server = server("tcp");
        Running relay =
            relay(Mode.PLAIN, incoming("tcp"), Peer.address(server), "--metrics", "127.0.0.1:0")
                .start()) {
      String url = relay.awaitSaying("http://127.0.0.1:\\d+/metrics");
      SocketChannel done = Peer.connect(relay.awaitListening());
      end(done, server.accept());
      relay.awaitSaying("connection 1: closed");
      try (SocketChannel client = Peer.connect(relay.awaitListening());
          SocketChannel peer = server.accept()) {
        Peer.reset(peer);
        assertThrows(IOException.class, () -> receive(client));
      }
      relay.awaitSaying("connection 2 failed");
      // Counted after it was said.
      await()
          .atMost(SOON)
          .until(() -> scrape(url).contains("sluice_relay_errors_total{kind=\"reset\"} 1.0"));

      String text = scrape(url);
      for (String line :
          List.of(
              "sluice_relay_connections_total 2.0",
              "sluice_relay_connections_failed_total 1.0",
              "sluice_relay_bytes_total{direction=\"forward\"} 1.0",
              "sluice_relay_bytes_total{direction=\"backward\"} 0.0",
              "sluice_relay_errors_total{kind=\"reset\"} 1.0",
              "sluice_relay_handshakes_total{outcome=\"ok\"} 2.0",
              "sluice_relay_handshakes_total{outcome=\"failed\"} 0.0")) {
        assertTrue(text.lines().anyMatch(line::equals), () -> line + " is missing in\n" + text);
      }
      assertTrue(text.contains("sluice_relay_stalled_seconds_total "), text);
      await().atMost(SOON).until(() -> scrape(url).contains("connections_active 0.0"));
      relay.signal("TERM");
      assertEquals(WRITE_FAILED, relay.await(SOON).code());
    }
  }

  private static String scrape(String url) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode());
      return response.body();
    }
  }

  @ParameterizedTest
  @EnumSource
  void metricsForOthers_areRefused_beforeAnythingIsOpened(Mode mode) throws Exception {
    relay(mode, incoming("unix"), "tcp:127.0.0.1:9", "--metrics", "0.0.0.0:9464")
        .run()
        .failed(mode, POLICY, "loopback", "127\\.0\\.0\\.1");
    Folder.assertHolds(folder);
  }

  @ParameterizedTest
  @EnumSource
  void metricsPortInUse_isUnreachable(Mode mode) throws Exception {
    try (ServerSocketChannel taken = Peer.tcp("127.0.0.1")) {
      String address = Peer.address(taken).substring("tcp:".length());
      relay(mode, incoming("unix"), "tcp:127.0.0.1:9", "--metrics", address)
          .run()
          .failed(mode, UNREACHABLE, "metrics", "in use");
    }
  }

  @Test
  void rateFile_changesTheRate_whileBytesFlow() throws Exception {
    Path rate = Files.writeString(folder.resolve("rate"), "1KiB");
    try (ServerSocketChannel server = server("tcp");
        Running relay =
            relay(Mode.JSON, incoming("tcp"), Peer.address(server), "--once")
                .plus("--rate-file", rate.toString())
                .start();
        SocketChannel client = Peer.connect(relay.awaitListening());
        SocketChannel peer = server.accept()) {
      CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> unchecked(peer));
      send(client, new byte[1 << 20]);
      client.shutdownOutput();
      peer.shutdownOutput();
      relay.awaitSaying("\"progress\"");
      assertFalse(received.isDone());
      Files.writeString(rate, "fast");
      relay.awaitSaying("\"warning\".*fast");
      Files.writeString(rate, "");
      relay.awaitSaying("\"rate\".*\"bytes_per_second\":null");

      // It would have taken 17 minutes.
      assertEquals(1 << 20, received.get(20, TimeUnit.SECONDS).length);
      peer.close();
      relay.await(SOON).relayed(Mode.JSON, 1, 1 << 20, 0);
    }
  }

  /** Success, a failed connection, a bad address, and a signal. */
  @Test
  void everyLine_isReadByJq() throws Exception {
    String types = "set -o pipefail; \"$@\" | jq -c .type";
    String nobody = Peer.refusing();
    Outcome refused =
        relay(Mode.JSON, incoming("unix"), nobody, "--once")
            .inScript(
                "set -o pipefail; (until [ -e "
                    + folder
                    + "/in.sock ]; do :; done; socat -u /dev/null UNIX-CONNECT:"
                    + folder
                    + "/in.sock) & \"$@\" | jq -c .type")
            .run();
    assertEquals(UNREACHABLE, refused.code(), refused::toString);
    assertEquals(
        List.of("\"listening\"", "\"connected\"", "\"closed\"", "\"summary\"", "\"error\""),
        refused.out().lines().toList());

    Outcome usage = relay(Mode.JSON, "nope:x", "tcp:127.0.0.1:9").inScript(types).run();
    assertEquals("\"error\"\n", usage.out(), usage::toString);

    Outcome late =
        relay(Mode.JSON, incoming("tcp"), nobody, "--accept-timeout=200ms").inScript(types).run();
    assertEquals("\"listening\"\n\"summary\"\n\"error\"\n", late.out(), late::toString);

    Outcome stopped =
        relay(Mode.JSON, incoming("tcp"), nobody)
            .inScript(
                """
                set -o pipefail
                sh -c 'echo $$ >"$0"; exec "$@"' FOLDER/pid "$@" | {
                  read -r first
                  kill -INT "$(cat FOLDER/pid)"
                  { echo "$first"; cat; } | jq -c .type
                }
                """
                    .replace("FOLDER", folder.toString()))
            .run();
    assertTrue(stopped.out().endsWith("\"stopping\"\n\"summary\"\n"), stopped::toString);
  }
}
