/**
 * Decorators that make any channel fail, dawdle or keep a log.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.tck.fault.FaultyChannel}.</caption>
 * <tr><td>{@link dev.sluice.tck.fault.FaultyChannel}</td><td>does what a policy says</td></tr>
 * <tr><td>{@link dev.sluice.tck.fault.FaultPolicy}</td>
 *     <td>decides about each call; has ready-made ones</td></tr>
 * <tr><td>{@link dev.sluice.tck.fault.Call}, {@link dev.sluice.tck.fault.Operation}</td>
 *     <td>what a policy is asked about</td></tr>
 * <tr><td>{@link dev.sluice.tck.fault.Action}</td><td>what it may answer</td></tr>
 * <tr><td>{@link dev.sluice.tck.fault.OneByteChannel}</td><td>moves one byte per call</td></tr>
 * <tr><td>{@link dev.sluice.tck.fault.RecordingChannel}</td><td>keeps a log of the calls</td></tr>
 * <tr><td>{@link dev.sluice.tck.fault.ForwardingChannel}</td><td>base for your own</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.tck.fault;

import org.jspecify.annotations.NullMarked;
