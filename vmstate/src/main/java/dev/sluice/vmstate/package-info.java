/**
 * What QEMU's migration streams look like.
 *
 * <p>{@link dev.sluice.vmstate.MigrationCheck} tells a migration that came to its end from one that
 * was cut off; a relay or another transfer is given it as its {@link
 * dev.sluice.engine.transfer.StreamCheck}.
 */
@NullMarked
package dev.sluice.vmstate;

import org.jspecify.annotations.NullMarked;
