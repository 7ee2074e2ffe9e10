package dev.sluice.example.ucx;

import static dev.sluice.api.ChannelFeature.DUPLEX;
import static dev.sluice.api.ChannelFeature.REMOTE_MEMORY;
import static dev.sluice.api.ChannelFeature.RESET;
import static dev.sluice.api.ChannelFeature.SHUTDOWN;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The rules of the channel contract, over {@code ucx:}. */
class UcxContractTest extends TransportContractTest {
  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(new UcxTransport(), "ucx:127.0.0.1:0")
        .features(DUPLEX, SHUTDOWN, RESET, REMOTE_MEMORY);
  }
}
