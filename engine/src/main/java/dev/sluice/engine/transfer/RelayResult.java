package dev.sluice.engine.transfer;

import java.util.Optional;

/**
 * A relay that has come to its end: no connection is running.
 *
 * @param totals what it has done
 * @param firstFailure of the connection that failed first; empty: none failed
 */
public record RelayResult(RelayProgress totals, Optional<TransferException> firstFailure) {}
