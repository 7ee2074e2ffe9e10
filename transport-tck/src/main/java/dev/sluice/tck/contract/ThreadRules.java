package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 8: who waits for whom, and who wakes whom. */
public abstract class ThreadRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ThreadRules(TransportFixture fixture) {
    super(fixture);
  }
}
