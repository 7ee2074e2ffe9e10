package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 6: stopping a direction without closing. */
public abstract class ShutdownRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ShutdownRules(TransportFixture fixture) {
    super(fixture);
  }
}
