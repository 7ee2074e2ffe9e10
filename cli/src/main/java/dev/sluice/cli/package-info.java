/**
 * The {@code sluice} command: {@link dev.sluice.cli.Main} starts it, {@link dev.sluice.cli.Sluice}
 * finds the sub-command, one class per sub-command reads its arguments. What they do is in the
 * packages below.
 */
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
