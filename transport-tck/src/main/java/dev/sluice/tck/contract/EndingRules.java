package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 7: orderly and abandoned ends. */
public abstract class EndingRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected EndingRules(TransportFixture fixture) {
    super(fixture);
  }
}
