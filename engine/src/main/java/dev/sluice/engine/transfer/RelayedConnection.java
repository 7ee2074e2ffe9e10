package dev.sluice.engine.transfer;

import java.time.Duration;
import java.util.Optional;

/**
 * A connection that has ended.
 *
 * @param connection its number: 1, 2, 3 ... in the order in which the incoming sides became ready;
 *     0 where it failed before
 * @param forwardByteCount bytes that the outgoing side has accepted
 * @param backwardByteCount bytes that the incoming side has accepted
 * @param elapsed since it was accepted
 * @param stalled see {@link RelayProgress#stalled}
 * @param leftEarly the connection to a receiver broke before the end, where by {@link
 *     StreamCheck#isSettled} it may have had all that it needed: no failure
 * @param failure why it did not complete, on which side; empty: a receiver left early, or both
 *     directions came to their end, a {@link StreamCheck} found nothing wrong with them, and both
 *     channels were closed without a failure, which is all that can be known of what was delivered;
 *     see {@link dev.sluice.api.TransportChannel#close}
 */
public record RelayedConnection(
    long connection,
    long forwardByteCount,
    long backwardByteCount,
    Duration elapsed,
    Duration stalled,
    boolean leftEarly,
    Optional<TransferException> failure) {}
