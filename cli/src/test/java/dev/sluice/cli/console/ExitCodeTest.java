package dev.sluice.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.TruncatedStreamException;
import dev.sluice.engine.transfer.Leg;
import java.io.FileNotFoundException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "ADDRESS, 2, 2",
    "UNREACHABLE, 3, 3",
    "IDENTITY, 4, 4",
    "IO, 5, 6",
    "RESET, 5, 6",
    "TIMED_OUT, 10, 10",
    "LIMIT, 12, 12",
    "TRUNCATED, 7, 7",
    "POLICY, 14, 14",
    "CANCELLED, 130, 130",
  })
  void kind_hasItsNumber_onBothLegs(Kind kind, int incoming, int outgoing) {
    TransportException failure = new TransportException(kind, "some failure");

    assertEquals(incoming, ExitCode.of(failure, Leg.INCOMING).number());
    assertEquals(outgoing, ExitCode.of(failure, Leg.OUTGOING).number());
  }

  @Test
  void everyKindHasARow() {
    Arrays.stream(Kind.values())
        .forEach(kind -> ExitCode.of(new TransportException(kind, ""), Leg.INCOMING));
  }

  @Test
  void plainIoException_countsAsIo() {
    assertEquals(ExitCode.READ_FAILED, ExitCode.of(new FileNotFoundException(), Leg.INCOMING));
    assertEquals(ExitCode.WRITE_FAILED, ExitCode.of(new FileNotFoundException(), Leg.OUTGOING));
  }

  @Test
  void truncatedStream_isSeven() {
    assertEquals(
        7, ExitCode.of(new TruncatedStreamException("x", 10, 3, 0), Leg.INCOMING).number());
  }

  @Test
  void anythingElse_isABug() {
    assertEquals(1, ExitCode.of(new IllegalStateException(), Leg.INCOMING).number());
    assertEquals(1, ExitCode.of(new OutOfMemoryError(), Leg.OUTGOING).number());
  }

  @Test
  void numbers_areThoseOfTheTable() {
    assertEquals(
        "0 1 2 3 4 5 6 7 8 9 10 11 12 14 129 130 143",
        String.join(
            " ",
            Arrays.stream(ExitCode.values())
                .map(code -> Integer.toString(code.number()))
                .toList()));
  }
}
