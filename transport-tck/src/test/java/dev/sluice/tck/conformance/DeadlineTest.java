package dev.sluice.tck.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a test is given up. */
@Timeout(30)
class DeadlineTest {
  @Test
  void testThatHangs_isGivenUp_andToldWhereItIs() {
    CountDownLatch interrupted = new CountDownLatch(1);
    AssertionError late =
        assertThrows(
            AssertionError.class,
            () -> Deadline.run(() -> hang(interrupted), Duration.ofMillis(50)));
    String message = String.valueOf(late.getMessage());
    assertTrue(message.contains("did not end within PT0.05S"), message);
    assertTrue(message.contains("DeadlineTest"), message);
    assertTrue(wasReached(interrupted));
  }

  private static Void hang(CountDownLatch interrupted) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException told) {
      interrupted.countDown();
    }
    throw new IllegalStateException("told to end");
  }

  private static boolean wasReached(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException late) {
      return false;
    }
  }

  @Test
  void whatATestThrows_comesOutAsItIs() {
    IOException broken = new IOException("broken");
    assertEquals(
        broken,
        assertThrows(
            IOException.class,
            () ->
                Deadline.run(
                    () -> {
                      throw broken;
                    },
                    Duration.ofSeconds(20))));
  }

  @Test
  void deadline_growsWithThePatience_andDoesNotShrink() {
    assertEquals(Duration.ofMinutes(2), new Run(1, 0.5).deadline());
    assertEquals(Duration.ofMinutes(2), new Run(1, 1).deadline());
    assertEquals(Duration.ofMinutes(8), new Run(1, 4).deadline());
  }

  @Test
  void patience_isAboveNothing_andHasAnEnd() {
    assertTrue(Run.isTimeScale(Run.MOST_PATIENT));
    assertFalse(Run.isTimeScale(2 * Run.MOST_PATIENT));
    assertFalse(Run.isTimeScale(0));
    assertFalse(Run.isTimeScale(Double.NaN));
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> new Run(1, 2000));
    assertTrue(String.valueOf(refusal.getMessage()).contains("up to 1000"), refusal::toString);
  }
}
