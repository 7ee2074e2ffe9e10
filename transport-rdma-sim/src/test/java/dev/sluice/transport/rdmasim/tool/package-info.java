/** Tests of {@code sluice simulate}. */
@NullMarked
package dev.sluice.transport.rdmasim.tool;

import org.jspecify.annotations.NullMarked;
