/** What is done where descriptors have run out, for sockets and for what is layered on them. */
@NullMarked
package dev.sluice.transport.socket.limits;

import org.jspecify.annotations.NullMarked;
