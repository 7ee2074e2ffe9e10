package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 10: transfers that do not wait. */
public abstract class NonBlockingRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected NonBlockingRules(TransportFixture fixture) {
    super(fixture);
  }
}
