package dev.sluice.tck.tool;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;

/** The kit against the transport that the command was given; JUnit makes the instances. */
final class InstalledTransportTest extends TransportContractTest {
  static final ScopedValue<TransportFixture> FIXTURE = ScopedValue.newInstance();

  InstalledTransportTest() {}

  @Override
  protected TransportFixture fixture() {
    return FIXTURE.get();
  }
}
