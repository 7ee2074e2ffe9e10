/** Real QEMU guests whose migration goes through the command. */
@NullMarked
package dev.sluice.it.qemu;

import org.jspecify.annotations.NullMarked;
