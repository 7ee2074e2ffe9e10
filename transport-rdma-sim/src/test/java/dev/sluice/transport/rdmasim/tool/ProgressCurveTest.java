package dev.sluice.transport.rdmasim.tool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The curve keeps its shape, however many points it was given. */
@Timeout(10)
class ProgressCurveTest {
  @Test
  void rates_areThoseOfTheirStretch() {
    ProgressCurve curve = new ProgressCurve(1000);
    curve.add(2000, 1000);
    curve.add(3000, 1000);
    curve.add(5000, 5000);
    // Bytes a nanosecond, in bits a second.
    assertArrayEquals(new double[] {8e9, 0, 16e9, 16e9}, curve.bitsPerSecond(4), 1);
  }

  @Test
  void manyPoints_areThinned() {
    ProgressCurve curve = new ProgressCurve(0);
    for (long i = 1; i <= 1_000_000; i++) {
      // The second half is twice as fast.
      curve.add(i, i <= 500_000 ? i : 500_000 + 2 * (i - 500_000));
    }
    assertTrue(curve.size() <= 8192, curve.size() + " points");
    assertEquals(1_000_000, curve.endNanos());
    double[] rates = curve.bitsPerSecond(10);
    assertEquals(1.5 * 8e9, Arrays.stream(rates).average().orElse(0), 1e7);
    assertEquals(8e9, rates[1], 1e7);
    assertEquals(16e9, rates[8], 1e7);
  }

  @Test
  void pointsOfOneMoment_areOneStep() {
    ProgressCurve curve = new ProgressCurve(0);
    curve.add(10, 100);
    curve.add(10, 200);
    curve.add(20, 200);
    assertArrayEquals(new double[] {160e9, 0}, curve.bitsPerSecond(2), 1);
  }
}
