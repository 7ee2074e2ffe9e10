package dev.sluice.transport.rdmasim.stream;

/**
 * What one end of a stream did so far.
 *
 * @param byteCount bytes of the stream that were sent, or that came
 * @param messageCount the messages they were in
 * @param creditMessageCount credits that came, or that were sent, FINISHED and CLOSED included
 * @param creditStallCount how often the sender had to wait for a credit; 0 at the receiver
 */
public record StreamCounters(
    long byteCount, long messageCount, long creditMessageCount, long creditStallCount) {}
