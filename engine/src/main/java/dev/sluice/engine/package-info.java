/**
 * Half-channels: QEMU's "files", one direction each, over a transport's channel.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.engine.ChannelOutput} and {@link
 * dev.sluice.engine.ChannelInput}.</caption>
 * <tr><td>{@link dev.sluice.engine.ChannelOutput}</td><td>buffered writes, borrowed memory</td></tr>
 * <tr><td>{@link dev.sluice.engine.ChannelInput}</td><td>buffered reads, peeks, skips</td></tr>
 * <tr><td>{@link dev.sluice.engine.HalfChannel}</td><td>what both share: errors, ending</td></tr>
 * <tr><td>{@link dev.sluice.engine.AfterFlush}</td><td>what becomes of borrowed memory</td></tr>
 * <tr><td>{@link dev.sluice.engine.EngineOptions}</td><td>sizes</td></tr>
 * <tr><td>{@link dev.sluice.engine.TruncatedStreamException}</td><td>promised bytes missing</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.engine;

import org.jspecify.annotations.NullMarked;
