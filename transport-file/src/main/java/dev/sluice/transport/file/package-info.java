/**
 * The transports {@code file:}, {@code stdio:} and {@code null:}.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.transport.file.FileTransport}.</caption>
 * <tr><td>{@link dev.sluice.transport.file.FileScheme}</td>
 *     <td>what a {@code file:} address may say</td></tr>
 * <tr><td>{@link dev.sluice.transport.file.FileTarget}, {@link
 *     dev.sluice.transport.file.FileKind}</td><td>what an address leads to</td></tr>
 * <tr><td>{@link dev.sluice.transport.file.OutgoingFile}, {@link
 *     dev.sluice.transport.file.IncomingFile}</td><td>the two sides of {@code file:}</td></tr>
 * <tr><td>{@link dev.sluice.transport.file.RegularFileChannel}</td>
 *     <td>a channel with positions</td></tr>
 * <tr><td>{@link dev.sluice.transport.file.SequentialFileChannel}</td>
 *     <td>a channel over a FIFO, a device or a standard stream</td></tr>
 * <tr><td>{@link dev.sluice.transport.file.FileEnd}, {@link
 *     dev.sluice.transport.file.Publication}, {@link dev.sluice.transport.file.Replacement}</td>
 *     <td>how a written file ends</td></tr>
 * <tr><td>{@link dev.sluice.transport.file.SpecialFileOpening}, {@link
 *     dev.sluice.transport.file.PlatformCalls}</td>
 *     <td>system calls that must not block their caller for ever</td></tr>
 * <tr><td>{@link dev.sluice.transport.file.StandardStreams}, {@link
 *     dev.sluice.transport.file.NullChannel}</td><td>{@code stdio:} and {@code null:}</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.transport.file;

import org.jspecify.annotations.NullMarked;
