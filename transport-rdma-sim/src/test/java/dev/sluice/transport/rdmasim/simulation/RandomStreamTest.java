package dev.sluice.transport.rdmasim.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RandomStreamTest {
  private static final int DRAWS = 200_000;
  private final RandomStream random = RandomStream.named(42, "test");

  /** The first values that are published for SplitMix64 with this seed. */
  @Test
  void sequence_isSplitMix64() {
    RandomStream bare = RandomStream.startingAt(1234567);
    assertEquals(6457827717110365317L, bare.nextLong());
    assertEquals(3203168211198807973L, bare.nextLong());
    assertEquals(Long.parseUnsignedLong("9817491932198370423"), bare.nextLong());
  }

  /** Seeds are written into reports: these numbers may never change. */
  @Test
  void namedStreams_areFixedForEver() {
    RandomStream stream = RandomStream.named(1, "link/a>/loss");
    assertEquals(-2967006087633361190L, stream.nextLong());
  }

  @Test
  void boundedNumbers_areEven() {
    int[] counts = new int[5];
    for (int i = 0; i < DRAWS; i++) {
      counts[(int) random.nextLong(5)]++;
    }
    for (int count : counts) {
      assertEquals(DRAWS / 5.0, count, DRAWS * 0.005);
    }
    assertThrows(IllegalArgumentException.class, () -> random.nextLong(0));
  }

  @Test
  void distributions_haveTheirMeans() {
    assertEquals(0.5, mean(random::nextDouble), 0.005);
    assertEquals(0.2, mean(() -> random.nextChance(0.2) ? 1 : 0), 0.005);
    assertEquals(7, mean(() -> random.nextExponential(7)), 0.1);
    assertEquals(0, mean(random::nextNormal), 0.02);
    assertEquals(1, mean(() -> Math.pow(random.nextNormal(), 2)), 0.03);
    assertEquals(5, mean(() -> random.nextPareto(5, 3)), 0.1);
    // A gap of (1-p)/p on average.
    assertEquals(99, mean(() -> random.nextGap(0.01)), 1);
  }

  private static double mean(DoubleSupplier draw) {
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += draw.getAsDouble();
    }
    return sum / DRAWS;
  }

  @Test
  void gaps_haveTheirLimits() {
    assertEquals(RandomStream.NEVER, random.nextGap(0));
    assertEquals(0, random.nextGap(1));
    assertTrue(random.nextGap(1e-300) > 1L << 60);
  }
}
