/**
 * The command {@code sluice simulate}: a transfer in virtual time over a link that need not exist.
 */
@NullMarked
package dev.sluice.transport.rdmasim.tool;

import org.jspecify.annotations.NullMarked;
