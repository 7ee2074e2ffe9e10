package dev.sluice.transport.rdmasim.tool;

import java.util.Arrays;

/** How many bytes were there when: a few thousand points, however long the transfer. */
final class ProgressCurve {
  private static final int MOST_POINTS = 8192;

  private final long[] nanos = new long[MOST_POINTS];
  private final long[] byteCounts = new long[MOST_POINTS];
  private int size = 1;

  /** Points that are nearer to the one before are left out. */
  private long leastGapNanos;

  ProgressCurve(long startNanos) {
    nanos[0] = startNanos;
  }

  /** Adds a point; it replaces the last one if that is too near to the one before, or to it. */
  void add(long timeNanos, long byteCount) {
    boolean near =
        size > 1 && (timeNanos == nanos[size - 1] || timeNanos - nanos[size - 2] < leastGapNanos);
    if (!near && size == MOST_POINTS) {
      thin();
    }
    int place = near ? size - 1 : size++;
    nanos[place] = timeNanos;
    byteCounts[place] = byteCount;
  }

  private void thin() {
    int kept = 0;
    for (int i = 0; i < size; i += 2) {
      nanos[kept] = nanos[i];
      byteCounts[kept++] = byteCounts[i];
    }
    size = kept;
    leastGapNanos = Math.max(2 * leastGapNanos, (nanos[kept - 1] - nanos[0]) / MOST_POINTS);
  }

  long endNanos() {
    return nanos[size - 1];
  }

  int size() {
    return size;
  }

  /** Returns the mean bits per second of each of so many equal stretches of time. */
  double[] bitsPerSecond(int stretchCount) {
    double[] rates = new double[stretchCount];
    double stretchNanos = (endNanos() - nanos[0]) / (double) stretchCount;
    double before = byteCounts[0];
    for (int i = 0; i < stretchCount; i++) {
      double after = byteCountAt(nanos[0] + (i + 1) * stretchNanos);
      rates[i] = (after - before) * Byte.SIZE / stretchNanos * 1e9;
      before = after;
    }
    return rates;
  }

  /** What was there at a time; between two points in proportion. */
  private double byteCountAt(double timeNanos) {
    int found = Arrays.binarySearch(nanos, 0, size, (long) timeNanos);
    int below = found >= 0 ? found : -found - 2;
    if (below >= size - 1) {
      return byteCounts[size - 1];
    }
    double share = (timeNanos - nanos[below]) / Math.max(1, nanos[below + 1] - nanos[below]);
    return byteCounts[below] + share * (byteCounts[below + 1] - byteCounts[below]);
  }
}
