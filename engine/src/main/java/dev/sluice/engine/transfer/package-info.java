/**
 * Transfers from address to address.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.engine.transfer.Copy} or {@link
 * dev.sluice.engine.transfer.Relay}.</caption>
 * <tr><td>{@link dev.sluice.engine.transfer.Copy}</td><td>one stream, one way</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.CopyOptions}</td><td>rate, digest, time-outs</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.CopyListener}</td><td>told what happens</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.CopyProgress}</td><td>how far it is</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.CopyResult}</td><td>what was copied</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.Relay}</td><td>connections, both ways</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.RelayOptions}</td><td>when to end, time-outs</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.RelayListener}</td><td>told what happens</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.RelayedConnection}</td><td>how one went</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.RelayProgress}</td><td>how far it is</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.RelayResult}</td><td>how it went</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.TransferException}</td><td>why it was not</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.Leg}</td><td>the side something happened on</td></tr>
 * <tr><td>{@link dev.sluice.engine.transfer.DigestAlgorithm}</td><td>how to sum up bytes</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.engine.transfer;

import org.jspecify.annotations.NullMarked;
