package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransportContextTest {
  private static final TransportContext DEFAULTS = TransportContext.defaults();

  @Test
  void defaults_areTenTenAndThirtySeconds() {
    assertEquals(Duration.ofSeconds(10), DEFAULTS.connectTimeout());
    assertEquals(Duration.ofSeconds(10), DEFAULTS.handshakeTimeout());
    assertEquals(Duration.ofSeconds(30), DEFAULTS.linger());
    assertEquals("dev.sluice", DEFAULTS.logger().getName());
  }

  @Test
  void with_changesOneThingAndLeavesTheOriginal() {
    TransportContext changed =
        DEFAULTS
            .withConnectTimeout(Duration.ofMillis(1))
            .withHandshakeTimeout(Duration.ofMillis(2))
            .withLinger(Duration.ofMillis(3))
            .withLogger("other");
    assertEquals(Duration.ofMillis(1), changed.connectTimeout());
    assertEquals(Duration.ofMillis(2), changed.handshakeTimeout());
    assertEquals(Duration.ofMillis(3), changed.linger());
    assertEquals("other", changed.logger().getName());
    assertEquals(Duration.ofSeconds(10), DEFAULTS.connectTimeout());
    assertEquals(Duration.ofSeconds(30), DEFAULTS.linger());
  }

  @Test
  void with_durationNotLongerThanZero_isRefused() {
    for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
      assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withConnectTimeout(wrong));
      assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withHandshakeTimeout(wrong));
      assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withLinger(wrong));
    }
  }
}
