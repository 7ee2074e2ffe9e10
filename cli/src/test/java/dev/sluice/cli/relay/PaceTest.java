package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.transfer.RelayProgress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PaceTest {
  private final Pace pace = new Pace();

  private static RelayProgress at(long seconds, int active, long connections, long bytes) {
    return new RelayProgress(
        active,
        connections,
        0,
        bytes,
        bytes,
        Duration.ZERO,
        connections,
        0,
        Duration.ofSeconds(seconds));
  }

  @Test
  void rate_isThatSinceTheLastLook_bothWaysTogether() {
    pace.look(at(10, 1, 1, 1_000_000));
    pace.look(at(12, 1, 1, 1_000_500));

    assertEquals(500, pace.bytesPerSecond());
  }

  @Test
  void relayThatNobodyUses_hasNoNews() {
    pace.look(at(1, 0, 0, 0));

    assertFalse(pace.isNews());
  }

  @Test
  void openConnection_isNews_andSoIsItsEnd_once() {
    pace.look(at(1, 1, 1, 0));
    assertTrue(pace.isNews());
    pace.look(at(2, 0, 1, 5));
    assertTrue(pace.isNews());
    pace.look(at(3, 0, 1, 5));
    assertFalse(pace.isNews());
  }

  @Test
  void connectionBetweenTwoLooks_isNews() {
    pace.look(at(1, 0, 3, 0));
    pace.look(at(2, 0, 4, 0));

    assertTrue(pace.isNews());
  }
}
