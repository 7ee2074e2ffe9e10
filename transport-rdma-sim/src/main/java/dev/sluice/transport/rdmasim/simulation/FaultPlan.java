package dev.sluice.transport.rdmasim.simulation;

import java.util.List;

/**
 * The faults of a run, in the order in which they are looked at.
 *
 * @param rules each on its own
 */
public record FaultPlan(List<FaultRule> rules) {
  /** Copies the list. */
  public FaultPlan {
    rules = List.copyOf(rules);
  }

  /** Returns the plan without faults. */
  public static FaultPlan none() {
    return new FaultPlan(List.of());
  }

  /**
   * Returns a plan from the texts of its rules.
   *
   * @param texts see {@link FaultRule#parse}
   * @throws IllegalArgumentException if one is no rule
   */
  public static FaultPlan parse(List<String> texts) {
    return new FaultPlan(texts.stream().map(FaultRule::parse).toList());
  }

  /** Returns the plan of some rules. */
  public static FaultPlan of(FaultRule... rules) {
    return new FaultPlan(List.of(rules));
  }
}
