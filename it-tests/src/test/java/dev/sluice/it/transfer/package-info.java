/** Every transport against every other, in this process. */
@NullMarked
package dev.sluice.it.transfer;

import org.jspecify.annotations.NullMarked;
