/**
 * What both sides of a transport agree on.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.api.TransportChannel}.</caption>
 * <tr><td>{@link dev.sluice.api.TransportChannel}</td><td>an open byte channel</td></tr>
 * <tr><td>{@link dev.sluice.api.ChannelFeature}</td><td>what an open channel can do</td></tr>
 * <tr><td>{@link dev.sluice.api.Direction}</td><td>reading, writing or both</td></tr>
 * <tr><td>{@link dev.sluice.api.ChannelInfo}</td><td>names and peers, for messages</td></tr>
 * <tr><td>{@link dev.sluice.api.TransportListener}</td><td>hands out incoming channels</td></tr>
 * <tr><td>{@link dev.sluice.api.TransportAddress}</td><td>QEMU's {@code scheme:target,options}</td></tr>
 * <tr><td>{@link dev.sluice.api.TransportException}</td><td>a failure with its kind</td></tr>
 * <tr><td>{@link dev.sluice.api.FeatureUnsupportedException}</td><td>a feature that is absent</td></tr>
 * <tr><td>{@link dev.sluice.api.RegisteredMemory}, {@link dev.sluice.api.RemoteMemory}</td>
 *     <td>memory the peer writes in place</td></tr>
 * <tr><td>{@link dev.sluice.api.ByteCounts}</td><td>byte counts with units as text</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;
