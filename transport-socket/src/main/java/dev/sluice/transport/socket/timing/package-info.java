/** Deadlines, for sockets and for what is layered on them. */
@NullMarked
package dev.sluice.transport.socket.timing;

import org.jspecify.annotations.NullMarked;
