package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Certificates;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Running;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between real processes: two of Sluice, and one with openssl. */
class TlsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BYTE_COUNT = 20_000_001;
  private static final int IDENTITY = 4;
  private static final int TRUNCATED = 7;
  private static final int POLICY = 14;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path certificates = Path.of("");

  @BeforeAll
  static void makeCertificates() throws Exception {
    Certificates.requireOpenssl("TlsIT, all of its tests");
    certificates = Certificates.in(shared);
  }

  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void makeSource() throws Exception {
    in = Bytes.file(folder.resolve("in"), BYTE_COUNT);
    out = folder.resolve("out");
  }

  private static String tls(Path folder) {
    return ",tls=on,tls-dir=" + folder;
  }

  private static String pem(String name) {
    return certificates.resolve(name).toString();
  }

  private static Command openssl(String tool, String side, String... more) {
    return Command.of("openssl", tool, "-cert", pem(side + "-cert.pem"))
        .plus("-key", pem(side + "-key.pem"), "-CAfile", pem("ca-cert.pem"))
        .plus("-verify_return_error", "-quiet")
        .plus(more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void oneSluiceToAnother(String scheme) throws Exception {
    String listenAt = scheme.equals("tcp") ? "tcp:127.0.0.1:0" : "unix:" + folder.resolve("s");
    String name = scheme.equals("tcp") ? "" : ",tls-hostname=localhost";
    try (Running receiver = copy(Mode.JSON, listenAt + tls(certificates), "file:" + out).start()) {
      String to = receiver.awaitListening() + tls(certificates) + name;
      copy(Mode.PLAIN, "file:" + in, to).run().copied(Mode.PLAIN, BYTE_COUNT);
      Outcome received = receiver.await(LIMIT).copied(Mode.JSON, BYTE_COUNT);
      assertTrue(received.out().contains("TLSv1.3"), received::toString);
      assertTrue(received.out().contains("peer CN=client"), received::toString);
    }
    Bytes.assertSame(in, out);
  }

  @Test
  void opensslClient_sends() throws Exception {
    try (Running receiver =
        copy(Mode.PLAIN, "tcp:127.0.0.1:0" + tls(certificates), "file:" + out).start()) {
      String address = receiver.awaitListening().substring("tcp:".length());
      openssl("s_client", "client", "-no_ign_eof", "-nocommands", "-connect", address)
          .reading(in)
          .run()
          .succeeded();
      receiver.await(LIMIT).copied(Mode.PLAIN, BYTE_COUNT);
    }
    Bytes.assertSame(in, out);
  }

  @Test
  void opensslServer_receives() throws Exception {
    String port = Peer.refusing().replaceAll(".*:", "");
    try (Running server =
        openssl("s_server", "server", "-Verify", "1", "-naccept", "1")
            .plus("-accept", "127.0.0.1:" + port)
            // It takes the end of its input for a reason to leave.
            .withInputPipe()
            .start()) {
      awaitListener(port);
      copy(Mode.PLAIN, "file:" + in, "tcp:127.0.0.1:" + port + tls(certificates))
          .run()
          .copied(Mode.PLAIN, BYTE_COUNT);
      Files.write(out, server.await(LIMIT).output());
    }
    Bytes.assertSame(in, out);
  }

  /** Not by connecting: it takes one connection only. */
  private static void awaitListener(String port) {
    String local = "0100007F:%04X".formatted(Integer.parseInt(port));
    await("openssl to listen")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.readString(Path.of("/proc/net/tcp")).contains(local + " 00000000:0000"));
  }

  @Test
  void opensslClient_thatIsKilled_leavesATruncation() throws Exception {
    try (Running receiver =
            copy(Mode.PLAIN, "tcp:127.0.0.1:0" + tls(certificates), "file:" + out).start();
        Running client =
            openssl("s_client", "client", "-no_ign_eof", "-nocommands", "-connect")
                .plus(receiver.awaitListening().substring("tcp:".length()))
                .withInputPipe()
                .start()) {
      client.stdin().write(Bytes.random(100_000));
      client.stdin().flush();
      Folder.awaitBytes(folder, 100_000);
      client.signal("KILL");
      receiver.await(LIMIT).failed(Mode.PLAIN, TRUNCATED, "close_notify", "incoming");
    }
    Folder.assertHolds(folder, "in");
  }

  @ParameterizedTest
  @EnumSource
  void certificateForAnotherName(Mode mode) throws Exception {
    try (Running receiver =
        copy(mode, "tcp:127.0.0.1:0" + tls(certificates), "file:" + out).start()) {
      String to = receiver.awaitListening() + tls(certificates) + ",tls-hostname=other.example";
      copy(mode, "file:" + in, to)
          .run()
          .failed(mode, IDENTITY, "other.example", "localhost", "CN=server", "outgoing");
      receiver.await(LIMIT).failed(mode, IDENTITY, "refused our certificate", "incoming");
    }
    Folder.assertHolds(folder, "in");
  }

  /** The sender is done with its hand-shake before it is refused. */
  @ParameterizedTest
  @EnumSource
  void clientOfAnotherAuthority(Mode mode) throws Exception {
    Path strangers = Certificates.in(Files.createDirectory(folder.resolve("strangers")));
    Files.copy(
        certificates.resolve("ca-cert.pem"),
        strangers.resolve("ca-cert.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    try (Running receiver =
        copy(mode, "tcp:127.0.0.1:0" + tls(certificates), "file:" + out).start()) {
      copy(mode, "file:" + in, receiver.awaitListening() + tls(strangers))
          .run()
          .failed(mode, IDENTITY, "refused our certificate", "client-cert.pem", "outgoing");
      receiver.await(LIMIT).failed(mode, IDENTITY, "CN=client", "ca-cert.pem", "incoming");
    }
    Folder.assertHolds(folder, "in", "strangers");
  }

  @Test
  void keyThatOthersCanRead() throws Exception {
    Path open = Certificates.in(Files.createDirectory(folder.resolve("open")));
    Files.setPosixFilePermissions(
        open.resolve("client-key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
    copy(Mode.PLAIN, "file:" + in, "tcp:127.0.0.1:1" + tls(open))
        .run()
        .failed(Mode.PLAIN, IDENTITY, "client-key.pem", "chmod 600");
  }

  @ParameterizedTest
  @EnumSource
  void plainTextToAnotherHost_isRefused(Mode mode) throws Exception {
    // 192.0.2.0/24 is for documentation: no machine has it.
    Outcome refused = copy(mode, "file:" + in, "tcp:192.0.2.1:4444").run();
    refused.failed(mode, POLICY, "192.0.2.1:4444", "plaintext=on", "tls=on");
    assertTrue(refused.elapsed().toMillis() < 10_000, refused::toString);
  }

  @Test
  void plainPeer_isToldApart() throws Exception {
    try (Running receiver =
        copy(Mode.PLAIN, "tcp:127.0.0.1:0" + tls(certificates), "file:" + out).start()) {
      Outcome sender = copy(Mode.PLAIN, "file:" + in, receiver.awaitListening()).run();
      assertTrue(sender.code() != 0, sender::toString);
      receiver.await(LIMIT).failed(Mode.PLAIN, IDENTITY, "does not speak TLS");
    }
    Folder.assertHolds(folder, "in");
  }

  @Test
  void silentServer_isGivenUp() throws Exception {
    try (ServerSocketChannel server = Peer.tcp("127.0.0.1")) {
      Outcome outcome =
          copy(Mode.PLAIN, "file:" + in, Peer.address(server) + tls(certificates)).run();
      assertEquals(10, outcome.code(), outcome::toString);
      outcome.failed(Mode.PLAIN, 10, "hand-shake", "10s");
    }
  }
}
