package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A seed repeats a run, and another seed gives another one. */
@Timeout(120)
class DeterminismTest {
  private static final int SEEDS = 100;

  @Test
  void sameSeed_givesTheSameTrace_andAnotherSeedAnother() {
    Set<String> traces = new HashSet<>();
    Seeds.forEach(
        DeterminismTest.class,
        SEEDS,
        seed -> {
          String first = trace(seed);
          assertEquals(first, trace(seed));
          traces.add(first);
        });
    assertEquals(Long.getLong("sluice.seed") == null ? SEEDS : 1, traces.size());
  }

  private static String trace(long seed) throws IOException {
    RandomTraffic traffic = new RandomTraffic(seed, 40);
    traffic.run();
    return traffic.toString();
  }
}
