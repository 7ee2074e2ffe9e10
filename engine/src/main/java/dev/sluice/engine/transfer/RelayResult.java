package dev.sluice.engine.transfer;

import java.util.Optional;

/**
 * A relay that has come to its end: no connection is running.
 *
 * @param totals what it has done
 * @param firstFailed the first connection that was cut off, else the first that failed; one that
 *     failed before it was ready only where none became ready, since anybody can come and be
 *     refused; empty: none
 */
public record RelayResult(RelayProgress totals, Optional<RelayedConnection> firstFailed) {
  /** Returns the failure of that connection. */
  public Optional<TransferException> firstFailure() {
    return firstFailed.flatMap(RelayedConnection::failure);
  }
}
