/**
 * What makes tests a conformance kit: the rules as they stand in {@code channel-contract.md}, the
 * condition under which a rule applies, and the report.
 *
 * <p>The name of a test carries the number of its rule: {@code ch2_2_emptyRead_returnsZero} shows
 * CH-2.2.
 */
@NullMarked
package dev.sluice.tck.conformance;

import org.jspecify.annotations.NullMarked;
