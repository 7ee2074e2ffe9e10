/**
 * Everything the author of a transport needs.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.api.spi.TransportProvider}.</caption>
 * <tr><td>{@link dev.sluice.api.spi.TransportProvider}</td><td>the service: four methods</td></tr>
 * <tr><td>{@link dev.sluice.api.spi.Scheme}</td><td>what an address scheme offers</td></tr>
 * <tr><td>{@link dev.sluice.api.spi.Option}</td><td>a typed option of a scheme</td></tr>
 * <tr><td>{@link dev.sluice.api.spi.TransportContext}</td><td>durations and the logger</td></tr>
 * <tr><td>{@link dev.sluice.api.spi.AbstractTransportChannel}</td><td>base of channels</td></tr>
 * <tr><td>{@link dev.sluice.api.spi.SingleChannelListener}</td><td>a listener for one</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.api.spi;

import org.jspecify.annotations.NullMarked;
