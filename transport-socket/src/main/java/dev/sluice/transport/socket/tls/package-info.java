/**
 * TLS 1.3 with certificates on both sides, over any channel that can stop one direction.
 *
 * <p>{@link dev.sluice.transport.socket.tls.TlsLayer} puts it on connected channels. {@code
 * docs/design/tls.md} tells why it is built this way.
 */
@NullMarked
package dev.sluice.transport.socket.tls;

import org.jspecify.annotations.NullMarked;
