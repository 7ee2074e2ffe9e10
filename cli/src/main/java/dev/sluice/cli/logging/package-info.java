/**
 * What {@code java.util.logging} shows: warnings, or all of Sluice's own with {@code -v}. Named by
 * {@link dev.sluice.cli.logging.Logging}, created by the JDK when something is logged first.
 */
@NullMarked
package dev.sluice.cli.logging;

import org.jspecify.annotations.NullMarked;
