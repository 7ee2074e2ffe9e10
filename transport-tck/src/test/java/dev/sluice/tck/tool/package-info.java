/** Tests of the command {@code sluice tck}. */
@NullMarked
package dev.sluice.tck.tool;

import org.jspecify.annotations.NullMarked;
