package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.transport.socket.tls.Authority;
import dev.sluice.transport.socket.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced while somebody listens. */
@Timeout(30)
class TlsReloadTest {
  @TempDir Path folder;

  private final Authority authority = Authority.root("CN=Root");
  private Path server = Path.of("");
  private Path client = Path.of("");

  @BeforeEach
  void makeCertificates() throws Exception {
    server = authority.fill(folder.resolve("server"));
    client = authority.fill(folder.resolve("client"));
  }

  private void requireShows(TransportListener listener, String subject) throws Exception {
    Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> Tls.accept(listener));
    TransportChannel connected = Tls.connect(listener.address() + Tls.options(client));
    String security = connected.info().security().orElseThrow();
    assertTrue(security.contains(subject), security);
    connected.abort();
    accepting.result().abort();
  }

  @Test
  void newCertificate_isShownToTheNextPeer() throws Exception {
    try (TransportListener listener = Tls.listen("tcp:127.0.0.1:0" + Tls.options(server))) {
      requireShows(listener, "CN=server");
      authority.issue("CN=renewed", "127.0.0.1").write(server, "server");
      requireShows(listener, "CN=renewed");
    }
  }

  @Test
  void newAuthority_isBelievedFromTheNextPeerOn() throws Exception {
    try (TransportListener listener = Tls.listen("tcp:127.0.0.1:0" + Tls.options(server))) {
      Authority other = Authority.root("CN=Other");
      other.issue("CN=client").write(client, "client");
      Caller.Call<TransportChannel> refusing = Caller.PLATFORM.start(() -> Tls.accept(listener));
      Tls.connect(listener.address() + Tls.options(client)).abort();
      assertTrue(refusing.failureWithinOneSecond() instanceof IOException);
      PemFiles.write(server.resolve("ca-cert.pem"), authority.certificate(), other.certificate());
      requireShows(listener, "CN=server");
    }
  }

  /** A certificate without its key, as between the two steps of a renewal. */
  @Test
  void filesThatCannotBeUsed_changeNothing_untilTheyCan() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    authority.issue("CN=renewed", "127.0.0.1").write(elsewhere, "server");
    try (TransportListener listener = Tls.listen("tcp:127.0.0.1:0" + Tls.options(server))) {
      move(elsewhere, "server-cert.pem");
      requireShows(listener, "CN=server");
      move(elsewhere, "server-key.pem");
      requireShows(listener, "CN=renewed");
    }
  }

  private void move(Path from, String name) throws Exception {
    Files.move(from.resolve(name), server.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void filesThatCannotBeUsedFromTheStart_areAFailureToListen() throws Exception {
    authority.issueExpired("CN=old", "127.0.0.1").write(server, "server");
    String text =
        Sockets.text(
            Sockets.failure(
                Kind.IDENTITY, () -> Tls.listen("tcp:127.0.0.1:0" + Tls.options(server))));
    assertTrue(text.contains("CN=old") && text.contains("expired"), text);
  }
}
