package dev.sluice.tck.conformance;

import java.util.List;
import java.util.Optional;

/**
 * A rule of the contract.
 *
 * @param id such as {@code CH-2.2}
 * @param group the heading it stands under, such as {@code 2 Read}
 * @param text what it demands
 * @param intent why
 * @param checks where an author should look if it fails
 * @param notTested why no test shows it; empty: tests do
 */
public record Rule(
    String id,
    String group,
    String text,
    String intent,
    List<String> checks,
    Optional<String> notTested) {
  /** Copies the list. */
  public Rule {
    checks = List.copyOf(checks);
  }
}
