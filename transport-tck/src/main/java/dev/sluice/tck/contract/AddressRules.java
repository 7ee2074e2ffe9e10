package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 14: the text that names an endpoint. */
public abstract class AddressRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected AddressRules(TransportFixture fixture) {
    super(fixture);
  }
}
