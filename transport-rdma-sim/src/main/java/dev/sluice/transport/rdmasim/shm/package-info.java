/** Verbs between two processes of one machine, over shared memory. */
@NullMarked
package dev.sluice.transport.rdmasim.shm;

import org.jspecify.annotations.NullMarked;
