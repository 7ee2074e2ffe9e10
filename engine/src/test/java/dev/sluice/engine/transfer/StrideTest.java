package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrideTest {
  private static final Duration SLOW = Stride.QUICK;
  private static final Duration QUICK = Stride.QUICK.minusNanos(1);

  @Test
  void quickOnes_growToTheMost() {
    Stride stride = new Stride(OptionalLong.empty());
    assertEquals(Stride.LEAST_BYTES, stride.byteCount());

    stride.took(QUICK);
    assertEquals(2 * Stride.LEAST_BYTES, stride.byteCount());
    for (int i = 0; i < 100; i++) {
      stride.took(QUICK);
    }
    assertEquals(Stride.MOST_BYTES, stride.byteCount());
  }

  @Test
  void slowOnes_shrinkToTheLeast() {
    Stride stride = new Stride(OptionalLong.empty());
    for (int i = 0; i < 100; i++) {
      stride.took(QUICK);
    }

    stride.took(SLOW);
    assertEquals(Stride.MOST_BYTES / 2, stride.byteCount());
    for (int i = 0; i < 100; i++) {
      stride.took(SLOW);
    }
    assertEquals(Stride.LEAST_BYTES, stride.byteCount());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "19, 1", "100000, 5000", "2000000, 100000", "1000000000000, 1048576"})
  void rate_allowsATwentiethOfASecond(long rate, long most) {
    Stride stride = new Stride(OptionalLong.of(rate));
    for (int i = 0; i < 100; i++) {
      stride.took(QUICK);
    }

    assertEquals(most, stride.byteCount());
    stride.took(SLOW);
    assertEquals(Math.max(most / 2, Math.min(most, Stride.LEAST_BYTES)), stride.byteCount());
  }
}
