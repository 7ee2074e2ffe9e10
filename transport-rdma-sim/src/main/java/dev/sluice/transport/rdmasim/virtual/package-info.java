/**
 * Verbs in one process under virtual time: hosts, the links between them, and the protocol that
 * makes a lossy link a reliable connection.
 */
@NullMarked
package dev.sluice.transport.rdmasim.virtual;

import org.jspecify.annotations.NullMarked;
