package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.FaultRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value of a sweep, and what came of it.
 *
 * @param value in the base unit of its key
 * @param scenario with that value
 * @param result null: it failed
 * @param failure why it failed; empty: it did not
 */
record SweepPoint(
    double value, Scenario scenario, @Nullable TransferResult result, String failure) {
  /** Returns the faults that found nothing to strike at any point, if all came to their end. */
  static List<FaultRule> missedFaults(List<SweepPoint> points) {
    List<FaultRule> missed = new ArrayList<>(points.getFirst().scenario.faults().rules());
    for (SweepPoint point : points) {
      TransferResult came = point.result;
      missed.retainAll(came == null ? List.of() : came.missedFaults());
    }
    return missed;
  }

  static SweepPoint run(SweepKey key, double value, Scenario base) {
    Scenario scenario = Sample.of(key.apply(base, value));
    try {
      return new SweepPoint(value, scenario, Transfer.run(scenario), "");
    } catch (TransferFailed failed) {
      return new SweepPoint(
          value,
          scenario,
          null,
          "failed after " + Amounts.time(failed.timeNanos()) + ": " + failed.getMessage());
    }
  }
}
