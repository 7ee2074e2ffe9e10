package dev.sluice.transport.rdmasim;

import static dev.sluice.api.ChannelFeature.DUPLEX;
import static dev.sluice.api.ChannelFeature.NON_BLOCKING;
import static dev.sluice.api.ChannelFeature.REMOTE_MEMORY;
import static dev.sluice.api.ChannelFeature.RESET;
import static dev.sluice.api.ChannelFeature.SHUTDOWN;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The rules of the channel contract, over {@code rdma-sim:}. */
class RdmaSimContractTest extends TransportContractTest {
  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(new RdmaSimTransport(), "rdma-sim:tck,dir={dir}")
        .features(DUPLEX, SHUTDOWN, RESET, NON_BLOCKING, REMOTE_MEMORY);
  }
}
