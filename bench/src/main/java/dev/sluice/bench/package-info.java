/**
 * Sluice measured beside its peers, in the same run. {@code docs/performance.md} holds the table
 * and the commands.
 */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
