package dev.sluice.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.Failure.Place;
import dev.sluice.engine.transfer.CopyProgress;
import dev.sluice.engine.transfer.Leg;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ErrorCardTest {
  @Test
  void usage_isMessageAndHint() {
    assertEquals(
        "sluice: no such thing\n  hint:  try another",
        ErrorCard.text(Failure.usage("no such thing", "try another")));
  }

  @Test
  void failureInATransfer_saysWhereHowFarAndWhatIsLeft() {
    assertEquals(
        """
        sluice: the disk is full
          hint:  make room
          left:  x is incomplete: 2048 bytes
          where: outgoing file:x, after 2048 of 4096 bytes in 2.00 s, 1.0 KiB/s\
        """,
        ErrorCard.text(
            failure(Optional.of("make room"), Optional.of("x is incomplete: 2048 bytes"), 2048)));
  }

  @Test
  void failureBeforeTheFirstByte_saysSo() {
    assertEquals(
        """
        sluice: the disk is full
          left:  nothing on disk
          where: outgoing file:x, before the first byte\
        """,
        ErrorCard.text(failure(Optional.empty(), Optional.empty(), 0)));
  }

  @Test
  void messageOfSeveralLines_becomesOne() {
    assertEquals(
        "sluice: one two\n  hint:  three four",
        ErrorCard.text(Failure.usage("one\n  two", "three\nfour")));
  }

  @Test
  void failureOfARelay_countsBothWays_andLeavesNoFile() {
    assertEquals(
        """
        connection 3 failed: the disk is full
          where: outgoing file:x, after 7 bytes forward and 9 back in 2.00 s\
        """,
        ErrorCard.text(
            "connection 3 failed: ",
            failure(Optional.empty(), Optional.empty(), 7, OptionalLong.of(9))));
  }

  private static Failure failure(Optional<String> hint, Optional<String> left, long byteCount) {
    return failure(hint, left, byteCount, OptionalLong.empty());
  }

  private static Failure failure(
      Optional<String> hint,
      Optional<String> left,
      long byteCount,
      OptionalLong backwardByteCount) {
    return new Failure(
        ExitCode.WRITE_FAILED,
        "io",
        "the disk is full",
        hint,
        Optional.of(
            new Place(
                Leg.OUTGOING,
                TransportAddress.of("file", "x"),
                new CopyProgress(byteCount, OptionalLong.of(4096), Duration.ofSeconds(2)),
                backwardByteCount)),
        left,
        Optional.empty());
  }
}
