package dev.sluice.tck.conformance;

import dev.sluice.tck.fixture.TransportFixture;

/** A test that knows which transport it tests. */
public interface Subject {
  /** Returns the transport. */
  TransportFixture fixture();
}
