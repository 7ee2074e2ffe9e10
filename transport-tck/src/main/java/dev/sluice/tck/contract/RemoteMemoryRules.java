package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 11: the peer's memory, written in place. */
public abstract class RemoteMemoryRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected RemoteMemoryRules(TransportFixture fixture) {
    super(fixture);
  }
}
