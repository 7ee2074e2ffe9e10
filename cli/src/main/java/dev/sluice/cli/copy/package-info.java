/**
 * {@code sluice copy} behind its arguments: {@link dev.sluice.cli.copy.CopySession} runs one copy
 * under signals, {@link dev.sluice.cli.copy.CopyReport}s tell of it, to people and to programs.
 */
@NullMarked
package dev.sluice.cli.copy;

import org.jspecify.annotations.NullMarked;
