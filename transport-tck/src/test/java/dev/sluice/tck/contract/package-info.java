/** The parts that the rules are made of. */
@NullMarked
package dev.sluice.tck.contract;

import org.jspecify.annotations.NullMarked;
