/** Transports that break the contract, each in one way, and what the kit says of them. */
@NullMarked
package dev.sluice.tck.broken;

import org.jspecify.annotations.NullMarked;
