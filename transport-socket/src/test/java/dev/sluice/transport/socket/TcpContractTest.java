package dev.sluice.transport.socket;

import static dev.sluice.api.ChannelFeature.DUPLEX;
import static dev.sluice.api.ChannelFeature.NON_BLOCKING;
import static dev.sluice.api.ChannelFeature.RESET;
import static dev.sluice.api.ChannelFeature.SHUTDOWN;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The rules of the channel contract, over {@code tcp:}. */
class TcpContractTest extends TransportContractTest {
  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(new SocketTransport(), "tcp:127.0.0.1:0")
        .features(DUPLEX, SHUTDOWN, RESET, NON_BLOCKING);
  }
}
