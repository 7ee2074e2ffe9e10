package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EngineOptionsTest {
  @ParameterizedTest
  @CsvSource({"512, 2, 1", "67108864, 1024, 9223372036854775807"})
  void theLimits_areAllowed(int bufferBytes, int vectorEntries, long flushBytes) {
    var options = new EngineOptions(bufferBytes, vectorEntries, flushBytes);
    assertEquals(bufferBytes, options.bufferBytes());
    assertEquals(vectorEntries, options.vectorEntries());
    assertEquals(flushBytes, options.flushBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "511, 2, 1, bufferBytes, 511",
    "67108865, 2, 1, bufferBytes, 67108865",
    "512, 1, 1, vectorEntries, 1",
    "512, 1025, 1, vectorEntries, 1025",
    "512, 2, 0, flushBytes, 0",
    "512, 2, -5, flushBytes, -5"
  })
  void whatIsOutside_isRefused_byNameAndValue(
      int bufferBytes, int vectorEntries, long flushBytes, String name, String value) {
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new EngineOptions(bufferBytes, vectorEntries, flushBytes));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(name) && message.contains(value), message);
  }

  @Test
  void qemusSizes_areQemus() {
    assertEquals(32768, EngineOptions.QEMU.bufferBytes());
    assertEquals(64, EngineOptions.QEMU.vectorEntries());
  }
}
