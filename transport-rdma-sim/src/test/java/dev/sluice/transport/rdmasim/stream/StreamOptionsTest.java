package dev.sluice.transport.rdmasim.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class StreamOptionsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 65536",
    "32768, 65536",
    "32769, 131072",
    "250000, 524288",
    "12500000, 33554432",
    "1152921504606846976, 2305843009213693952"
  })
  void window_isTwoProductsAtLeast(long bandwidthDelayProductBytes, long windowBytes) {
    assertEquals(windowBytes, StreamOptions.windowFor(bandwidthDelayProductBytes));
  }

  @Test
  void impossibleSizes_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> StreamOptions.windowFor(-1));
    assertThrows(IllegalArgumentException.class, () -> StreamOptions.windowFor(Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> new StreamOptions(0, 1, 8, 1));
    assertThrows(IllegalArgumentException.class, () -> new StreamOptions(1, 0, 8, 1));
    assertThrows(IllegalArgumentException.class, () -> new StreamOptions(1, 65536, 8, 1));
    assertThrows(IllegalArgumentException.class, () -> new StreamOptions(1, 1, 7, 1));
    assertThrows(IllegalArgumentException.class, () -> new StreamOptions(1, 1, 8, 0));
    assertThrows(IllegalArgumentException.class, () -> new StreamOptions(1, 1, 8, 1 << 29));
  }
}
