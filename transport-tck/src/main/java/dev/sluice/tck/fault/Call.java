package dev.sluice.tck.fault;

/**
 * A call that is about to reach a channel; what a {@link FaultPolicy} decides from.
 *
 * @param operation what it asks for
 * @param number counts the calls of this channel, of all operations together, from 1
 * @param operationNumber counts the calls of this operation from 1; unlike {@code number} it does
 *     not depend on how a reading and a writing thread interleave
 * @param byteCount for transfers: the room or the bytes in the buffers, at least 1; for {@link
 *     Operation#REMOTE_WRITE} and {@link Operation#ALLOCATE} the bytes asked for; 0 otherwise
 * @param movedByteCount how many bytes this operation moved before
 */
public record Call(
    Operation operation, long number, long operationNumber, long byteCount, long movedByteCount) {}
