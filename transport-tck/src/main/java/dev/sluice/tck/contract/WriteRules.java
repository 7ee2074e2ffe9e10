package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 3: what a write does to its buffers, and what of it arrives. */
public abstract class WriteRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected WriteRules(TransportFixture fixture) {
    super(fixture);
  }
}
