package dev.sluice.engine.transfer;

import java.time.Duration;

/**
 * What a relay has done, at one moment. Only {@code activeConnections} goes down.
 *
 * @param activeConnections connections that were accepted and have not ended
 * @param connectionCount connections that were accepted
 * @param failedConnectionCount of these, those that failed, at whatever stage
 * @param forwardByteCount bytes that the outgoing sides have accepted
 * @param backwardByteCount bytes that the incoming sides have accepted
 * @param stalled for how long, in all, writes were kept waiting by their receivers; what a write
 *     waits for less than 100 ms is ordinary flow control and does not count
 * @param establishedCount connections whose incoming hand-shake succeeded, or that have none
 * @param failedHandshakeCount connections whose incoming hand-shake failed
 * @param elapsed since the relay began to listen
 */
public record RelayProgress(
    int activeConnections,
    long connectionCount,
    long failedConnectionCount,
    long forwardByteCount,
    long backwardByteCount,
    Duration stalled,
    long establishedCount,
    long failedHandshakeCount,
    Duration elapsed) {}
