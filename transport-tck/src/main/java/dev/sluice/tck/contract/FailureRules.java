package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 12: what a failure tells. */
public abstract class FailureRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected FailureRules(TransportFixture fixture) {
    super(fixture);
  }
}
