package dev.sluice.example.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How soon a peer is missed; the README promises the bounds. */
@Timeout(60)
class PeerDeathTest {
  private static final Duration KILLED_BOUND = Duration.ofSeconds(1);
  private static final Duration STOPPED_BOUND = Duration.ofSeconds(2 + 1);

  /** All that this host has, shared memory among it, or TCP alone, as between hosts. */
  @ParameterizedTest
  @CsvSource({"all, reading", "all, writing", "tcp, reading", "tcp, writing"})
  void killedPeer_isMissedAtOnce(String transports, String doing) throws Exception {
    Map<String, String> environment = Map.of("UCX_TLS", transports);
    try (Child observer =
            Child.start(Program.Observer.class, environment, "ucx:127.0.0.1:0", doing);
        Child victim = Child.start(Program.Victim.class, environment, observer.line())) {
      assertEquals("met", observer.line());
      long killed = System.nanoTime();
      victim.kill();
      assertEquals("RESET", observer.line());
      assertWithin(KILLED_BOUND, killed);
    }
  }

  @Test
  void stoppedPeer_isMissedAfterThePeerTimeout() throws Exception {
    try (Child observer =
            Child.start(
                Program.Observer.class, Map.of(), "ucx:127.0.0.1:0,peer-timeout=2s", "reading");
        Child victim = Child.start(Program.Victim.class, Map.of(), observer.line())) {
      assertEquals("met", observer.line());
      long stopped = System.nanoTime();
      victim.signal("STOP");
      assertEquals("RESET", observer.line());
      assertWithin(STOPPED_BOUND, stopped);
    }
  }

  private static void assertWithin(Duration bound, long since) {
    Duration passed = Duration.ofNanos(System.nanoTime() - since);
    assertTrue(passed.compareTo(bound) <= 0, () -> "missed after " + passed.toMillis() + " ms");
  }
}
