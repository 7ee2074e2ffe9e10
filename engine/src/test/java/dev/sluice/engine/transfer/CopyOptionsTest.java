package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.spi.TransportContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CopyOptionsTest {
  static Stream<Arguments> durations() {
    CopyOptions options = CopyOptions.DEFAULTS;
    return Stream.of(
        duration("accept time-out", options::withAcceptTimeout),
        duration("stall time-out", options::withStallTimeout),
        duration("idle time-out", options::withIdleTimeout),
        duration("deadline", options::withDeadline));
  }

  private static Arguments duration(String name, Function<Duration, CopyOptions> option) {
    return Arguments.of(name, option);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("durations")
  void durationThatIsNotLongerThanZero_isRefusedByName(
      String name, Function<Duration, CopyOptions> option) {
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> option.apply(wrong));
      assertTrue(String.valueOf(refused.getMessage()).contains(name), refused::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void rateBelowOne_isRefused(long rate) {
    assertThrows(IllegalArgumentException.class, () -> CopyOptions.DEFAULTS.withRate(rate));
  }

  @Test
  void eachChange_changesItsOwn() {
    TransportContext context = TransportContext.defaults().withLinger(Duration.ofSeconds(9));

    assertEquals(
        new CopyOptions(
            OptionalLong.of(1),
            Optional.of(DigestAlgorithm.CRC32C),
            Optional.of(Duration.ofSeconds(2)),
            Duration.ofSeconds(3),
            Optional.of(Duration.ofSeconds(4)),
            Optional.of(Duration.ofSeconds(5)),
            context),
        CopyOptions.DEFAULTS
            .withRate(1)
            .withDigest(DigestAlgorithm.CRC32C)
            .withAcceptTimeout(Duration.ofSeconds(2))
            .withStallTimeout(Duration.ofSeconds(3))
            .withIdleTimeout(Duration.ofSeconds(4))
            .withDeadline(Duration.ofSeconds(5))
            .withContext(context));
  }
}
