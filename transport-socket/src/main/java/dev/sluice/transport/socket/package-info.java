/**
 * Byte streams over the sockets of the JDK; start with {@link
 * dev.sluice.transport.socket.SocketTransport}, the only public type.
 */
@NullMarked
package dev.sluice.transport.socket;

import org.jspecify.annotations.NullMarked;
