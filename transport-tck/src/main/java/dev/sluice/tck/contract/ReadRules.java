package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 2: what a read does to its buffers. */
public abstract class ReadRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ReadRules(TransportFixture fixture) {
    super(fixture);
  }
}
