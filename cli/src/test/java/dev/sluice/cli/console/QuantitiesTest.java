package dev.sluice.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class QuantitiesTest {
  @Test
  void rate_ofNoTime_isZero() {
    assertEquals(0, Quantities.bytesPerSecond(100, Duration.ZERO));
    assertEquals("0 B/s", Quantities.rate(100, Duration.ZERO));
  }

  @Test
  void rate_isTheMean() {
    assertEquals(50, Quantities.bytesPerSecond(100, Duration.ofSeconds(2)));
    assertEquals("1.0 MiB/s", Quantities.rate(2 << 20, Duration.ofSeconds(2)));
  }

  @Test
  void rate_ofExabytesInANanosecond_doesNotOverflow() {
    assertEquals(Long.MAX_VALUE, Quantities.bytesPerSecond(Long.MAX_VALUE, Duration.ofNanos(1)));
  }

  @Test
  void seconds_doNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertEquals("1.50", Quantities.seconds(Duration.ofMillis(1500)));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void bytes_areExact_andReadable() {
    assertEquals("1023 bytes", Quantities.bytes(1023));
    assertEquals("37738912 bytes (36.0 MiB)", Quantities.bytes(37738912));
  }
}
