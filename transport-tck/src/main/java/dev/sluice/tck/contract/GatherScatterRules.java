package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 4: many buffers in one transfer. */
public abstract class GatherScatterRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected GatherScatterRules(TransportFixture fixture) {
    super(fixture);
  }
}
