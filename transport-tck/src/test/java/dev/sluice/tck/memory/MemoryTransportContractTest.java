package dev.sluice.tck.memory;

import static dev.sluice.api.ChannelFeature.DUPLEX;
import static dev.sluice.api.ChannelFeature.NON_BLOCKING;
import static dev.sluice.api.ChannelFeature.RESET;
import static dev.sluice.api.ChannelFeature.SHUTDOWN;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The reference: it passes all. */
class MemoryTransportContractTest extends TransportContractTest {
  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(new MemoryTransport(), MemoryTransport.SCHEME + ":{dir}")
        .features(SHUTDOWN, DUPLEX, RESET, NON_BLOCKING)
        .unregistered()
        .unreachable(MemoryTransport.SCHEME + ":nobody");
  }
}
