package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 5: the end, and nothing that looks like it. */
public abstract class EndOfStreamRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected EndOfStreamRules(TransportFixture fixture) {
    super(fixture);
  }
}
