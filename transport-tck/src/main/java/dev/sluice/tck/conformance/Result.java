package dev.sluice.tck.conformance;

/**
 * What became of a test.
 *
 * @param ruleId the rule it shows
 * @param test its name, with the variant
 * @param verdict what became of it
 * @param detail why it failed or did not apply; empty if it passed
 */
public record Result(String ruleId, String test, Verdict verdict, String detail) {}
