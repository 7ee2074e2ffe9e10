package dev.sluice.transport.socket;

import static dev.sluice.api.ChannelFeature.DUPLEX;
import static dev.sluice.api.ChannelFeature.RESET;
import static dev.sluice.api.ChannelFeature.SHUTDOWN;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;
import dev.sluice.transport.socket.tls.Authority;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/** The rules of the channel contract, over {@code tcp:} with TLS. */
class TlsOverTcpContractTest extends TransportContractTest {
  private static Path certificates = Path.of("");

  @BeforeAll
  static void makeCertificates() throws IOException {
    certificates = Authority.fresh();
  }

  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(
            new SocketTransport(), "tcp:127.0.0.1:0,tls=on,tls-dir=" + certificates)
        .features(DUPLEX, SHUTDOWN, RESET);
  }
}
