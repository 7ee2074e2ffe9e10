package dev.sluice.transport.rdmasim.tool;

import java.util.Locale;

/** A sweep as people read it, line by line as it goes on. */
final class SweepText {
  private static final String ROW = "%13s  %14s  %9s  %10s  %10s%n";

  private SweepText() {}

  static String head(SweepKey key) {
    return "\n" + ROW.formatted(key.text(), "goodput", "of rate", "formula", "difference");
  }

  static String row(SweepKey key, SweepPoint point) {
    double rate = TransferText.rate(point.scenario().effectiveLink());
    double formula = Formula.bitsPerSecond(point.scenario());
    TransferResult result = point.result();
    if (result == null) {
      return "%13s  %s%n".formatted(key.format(point.value()), point.failure());
    }
    double goodput = result.bitsPerSecond();
    return ROW.formatted(
        key.format(point.value()),
        Amounts.rate(goodput),
        Amounts.share(goodput, rate),
        Amounts.share(formula, rate),
        Double.isInfinite(formula)
            ? "-"
            : String.format(Locale.ROOT, "%+.1f %%", (goodput / formula - 1) * 100));
  }
}
