package com.acme.gzip;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The rules of the channel contract. The report is in {@code target/sluice-tck}. */
class GzipContractTest extends TransportContractTest {
  @Override
  protected TransportFixture fixture() {
    // One of the rules sends 2 GiB, which are random: compressing them would only take time.
    return TransportFixture.of(new GzipTransport(), "acme.gzip:{dir}/vm.mig.gz,level=0").stored();
  }
}
