/**
 * A byte stream over queue pairs, in the manner of rsockets: the sender writes into a ring in the
 * receiver's registered memory, within credits that the receiver gives.
 *
 * <p>One direction is a {@link dev.sluice.transport.rdmasim.stream.StreamSender} and a {@link
 * dev.sluice.transport.rdmasim.stream.StreamReceiver} at the two ends of one queue pair connection.
 * They tell each other their keys and sizes in a {@link
 * dev.sluice.transport.rdmasim.stream.StreamHello}, which whoever connects carries over.
 *
 * <h2>On the wire</h2>
 *
 * Every message is a write with 32 bits of immediate data: 3 bits of kind, 29 bits of value.
 *
 * <table>
 *   <caption>Messages</caption>
 *   <tr><th>kind</th><th>from</th><th>value</th><th>bytes, and where they go</th></tr>
 *   <tr><td>0 DATA</td><td>sender</td><td>byte count</td><td>the stream's bytes, into the ring
 *     behind those before; never across the end of the ring</td></tr>
 *   <tr><td>1 END</td><td>sender</td><td>0</td><td>none; no DATA follows</td></tr>
 *   <tr><td>2 CREDIT</td><td>receiver</td><td>slot</td><td>16 into a slot of the credit region:
 *     bytes consumed and DATA messages reposted since the start, 64 bits each, big-endian</td></tr>
 *   <tr><td>3 FINISHED</td><td>receiver</td><td>slot</td><td>a credit; the reader saw the
 *     end</td></tr>
 *   <tr><td>4 CLOSED</td><td>receiver</td><td>slot</td><td>a credit; the reader reads no more, and
 *     consumed so much</td></tr>
 * </table>
 *
 * The sender has at most a window of bytes and the told number of DATA messages beyond the last
 * credit. Credits are absolute, so that one too many, or one too few with another behind it, does
 * no harm.
 *
 * <h2>Where it differs from rsockets</h2>
 *
 * <ul>
 *   <li>One queue pair per direction: the reader and the writer of a channel are two threads, and a
 *       queue pair belongs to one. So they share nothing, and need no lock.
 *   <li>The window is chosen for the link ({@link
 *       dev.sluice.transport.rdmasim.stream.StreamOptions#windowFor}), not 128 KiB for all.
 *   <li>One ring with absolute 64-bit credits, in place of two halves whose addresses are told
 *       again and again with a 16-bit sequence.
 *   <li>Bytes go from the caller's buffer: only many small buffers are gathered in a block first.
 *   <li>A receive is reposted when its completion is seen: the ring, not a queue of messages, keeps
 *       what was not read.
 *   <li>Control messages have receives of their own, so that nobody meets a receiver that is not
 *       ready; rsockets repeats until one is there.
 *   <li>The end is acknowledged when it was read, so that a close can tell what was lost.
 * </ul>
 */
@NullMarked
package dev.sluice.transport.rdmasim.stream;

import org.jspecify.annotations.NullMarked;
