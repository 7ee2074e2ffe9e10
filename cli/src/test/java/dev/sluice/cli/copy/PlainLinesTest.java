package dev.sluice.cli.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.transfer.CopyProgress;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PlainLinesTest {
  @Test
  void knownLength_givesAShare() {
    assertEquals(
        "1.0 MiB of 4.0 MiB, 25%, 512.0 KiB/s",
        PlainLines.text(
            new CopyProgress(1 << 20, OptionalLong.of(4 << 20), Duration.ofSeconds(2))));
  }

  @Test
  void unknownLength_givesNone() {
    assertEquals(
        "1.0 MiB, 512.0 KiB/s",
        PlainLines.text(new CopyProgress(1 << 20, OptionalLong.empty(), Duration.ofSeconds(2))));
  }

  @Test
  void moreThanExpected_isNotMoreThanAll() {
    assertEquals(
        "2.0 KiB of 1.0 KiB, 100%, 1.0 KiB/s",
        PlainLines.text(new CopyProgress(2048, OptionalLong.of(1024), Duration.ofSeconds(2))));
  }
}
