/**
 * Channels that live in memory, for tests of code that uses channels.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.tck.memory.MemoryChannels}.</caption>
 * <tr><td>{@link dev.sluice.tck.memory.MemoryChannels}</td>
 *     <td>two connected channels, with the features you like</td></tr>
 * <tr><td>{@link dev.sluice.tck.memory.MemoryFile}</td><td>a file to open SEEKABLE channels on</td></tr>
 * <tr><td>{@link dev.sluice.tck.memory.MemoryTransport}</td>
 *     <td>the same as a transport, {@code sluice.memory:NAME}</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.tck.memory;

import org.jspecify.annotations.NullMarked;
