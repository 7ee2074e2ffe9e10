package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 13: what is declared works, what is not is refused. */
public abstract class FeatureRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected FeatureRules(TransportFixture fixture) {
    super(fixture);
  }
}
