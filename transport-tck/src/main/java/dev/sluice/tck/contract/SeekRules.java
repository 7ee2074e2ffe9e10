package dev.sluice.tck.contract;

import dev.sluice.tck.fixture.TransportFixture;

/** Group 9: bytes with positions. */
public abstract class SeekRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected SeekRules(TransportFixture fixture) {
    super(fixture);
  }
}
