package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which failure of a stream is told. */
@Timeout(30)
class FailuresTest {
  private final TransportException reset =
      new TransportException(Kind.RESET, "the peer abandoned the stream");

  @Test
  void assertion_isTold_beforeTheResetThatItCaused() {
    AssertionError seen = new AssertionError("a write gave 0");
    assertSame(
        seen,
        assertThrows(AssertionError.class, () -> Failures.toldFirst(reset, Optional.of(seen))));
    assertEquals(List.of(reset), List.of(seen.getSuppressed()));
  }

  @Test
  void readersAssertion_isTold_whateverTheWriterSays() {
    AssertionError seen = new AssertionError("byte 7 is 1");
    assertThrows(AssertionError.class, () -> Failures.toldFirst(seen, Optional.of(reset)));
  }

  @Test
  void failure_isTold_beforeAChannelThatItEnded() {
    IOException broken = new IOException("broken");
    assertSame(broken, Failures.toldFirst(new ClosedChannelException(), Optional.of(broken)));
    assertSame(broken, Failures.toldFirst(broken, Optional.of(new ClosedChannelException())));
  }

  @Test
  void oneFailure_isToldAsItIs() {
    assertSame(reset, Failures.toldFirst(reset, Optional.empty()));
  }
}
