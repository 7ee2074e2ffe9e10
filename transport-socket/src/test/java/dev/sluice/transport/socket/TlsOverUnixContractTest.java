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

/** The rules of the channel contract, over {@code unix:} with TLS. */
class TlsOverUnixContractTest extends TransportContractTest {
  private static Path certificates = Path.of("");

  @BeforeAll
  static void makeCertificates() throws IOException {
    certificates = Authority.fresh();
  }

  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(
            new SocketTransport(),
            "unix:{dir}/s,tls=on,tls-hostname=localhost,tls-dir=" + certificates)
        .features(DUPLEX, SHUTDOWN, RESET);
  }
}
