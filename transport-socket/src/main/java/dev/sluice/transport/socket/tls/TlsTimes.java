package dev.sluice.transport.socket.tls;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param handshake the hand-shake
 * @param linger the orderly end
 */
record TlsTimes(Duration handshake, Duration linger) {}
