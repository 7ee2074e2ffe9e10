package dev.sluice.engine.registry;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant who mistyped a name. */
final class NearMiss {
  private NearMiss() {}

  /**
   * Returns the known name nearest to a given one, if it is near: one slip in a name of up to four
   * letters, two in a longer one.
   */
  static Optional<String> of(String given, Collection<String> known) {
    int slips = given.length() <= 4 ? 1 : 2;
    return known.stream()
        .filter(name -> distance(given, name) <= slips)
        .min(Comparator.comparingInt(name -> distance(given, name)));
  }

  /** Letters inserted, dropped, replaced, or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
