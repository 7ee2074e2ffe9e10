/** What the operating system lacks, and what it says; for sockets and what is layered on them. */
@NullMarked
package dev.sluice.transport.socket.system;

import org.jspecify.annotations.NullMarked;
