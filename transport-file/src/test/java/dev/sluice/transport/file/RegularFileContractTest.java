package dev.sluice.transport.file;

import static dev.sluice.api.ChannelFeature.SEEKABLE;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The rules of the channel contract, for regular files. */
class RegularFileContractTest extends TransportContractTest {
  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(new FileTransport(), "file:{dir}/vm.mig,fsync=off")
        .stored()
        .features(SEEKABLE);
  }
}
