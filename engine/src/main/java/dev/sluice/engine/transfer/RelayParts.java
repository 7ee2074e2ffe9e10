package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import java.util.function.BiConsumer;

/**
 * What all connections of a relay share.
 *
 * @param opener opens their outgoing sides
 * @param giveUp ends the relay, where a side is one that can never be relayed
 * @param gate keeps more of them outside
 * @param turns the order in which they are opened
 * @param rate the budget for all bytes
 * @param memory of all buffers
 * @param totals what all did
 */
record RelayParts(
    OutgoingOpener opener,
    BiConsumer<Leg, TransportException> giveUp,
    RelayOptions options,
    RelayListener listener,
    Gate gate,
    Turns turns,
    RateBudget rate,
    BufferMemory memory,
    RelayTotals totals) {}
