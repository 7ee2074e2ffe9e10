package dev.sluice.transport.socket;

import static dev.sluice.api.ChannelFeature.DUPLEX;
import static dev.sluice.api.ChannelFeature.NON_BLOCKING;
import static dev.sluice.api.ChannelFeature.SHUTDOWN;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The rules of the channel contract, over {@code unix:}. */
class UnixContractTest extends TransportContractTest {
  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(new SocketTransport(), "unix:{dir}/s")
        .features(DUPLEX, SHUTDOWN, NON_BLOCKING);
  }
}
