package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.fixture.TransportFixture;
import org.junit.jupiter.api.Test;

/** Group 1: from the first call to the last. */
public abstract class LifecycleRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected LifecycleRules(TransportFixture fixture) {
    super(fixture);
  }

  @Test
  void ch1_1_isOpen_isTrueUntilTheFirstEnd() throws Exception {
    stream(
        writer -> {
          assertTrue(writer.isOpen());
          Streams.writeByte(writer, 1);
          assertTrue(writer.isOpen());
          writer.close();
          assertFalse(writer.isOpen());
        },
        reader -> {
          assertTrue(reader.isOpen());
          Streams.readByte(reader);
          assertTrue(reader.isOpen());
          reader.abort();
          assertFalse(reader.isOpen());
        });
  }
}
