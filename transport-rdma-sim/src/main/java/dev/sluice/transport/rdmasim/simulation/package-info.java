/**
 * Verbs in one process under virtual time: links with loss and delay, faults, and a seed that
 * repeats a run.
 */
@NullMarked
package dev.sluice.transport.rdmasim.simulation;

import org.jspecify.annotations.NullMarked;
