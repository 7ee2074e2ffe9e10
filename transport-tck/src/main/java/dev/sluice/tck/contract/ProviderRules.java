package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 15: how channels come to be. */
public abstract class ProviderRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ProviderRules(TransportFixture fixture) {
    super(fixture);
  }
}
