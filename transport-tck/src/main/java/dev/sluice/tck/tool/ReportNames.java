package dev.sluice.tck.tool;

import java.util.HashMap;
import java.util.Map;

/** The names of reports: that of the scheme, with a number from its second address on. */
final class ReportNames {
  private final Map<String, Integer> counts = new HashMap<>();

  String next(String scheme) {
    int count = counts.merge(scheme, 1, Integer::sum);
    return count == 1 ? scheme : scheme + "-" + count;
  }
}
