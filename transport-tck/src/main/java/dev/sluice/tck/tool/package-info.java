/** The command {@code sluice tck}: the conformance kit against an installed transport. */
@NullMarked
package dev.sluice.tck.tool;

import org.jspecify.annotations.NullMarked;
