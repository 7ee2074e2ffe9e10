package dev.sluice.transport.rdmasim.tool;

import java.io.Serial;

/** A simulated transfer that did not come to its end. */
final class TransferFailed extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final long timeNanos;
  private final long doneBytes;

  /**
   * Creates the exception.
   *
   * @param message why
   * @param timeNanos virtual time at which that was seen
   * @param doneBytes what had arrived, as far as the sender knew
   */
  TransferFailed(String message, long timeNanos, long doneBytes, Throwable cause) {
    super(message, cause);
    this.timeNanos = timeNanos;
    this.doneBytes = doneBytes;
  }

  TransferFailed(String message, long timeNanos, long doneBytes) {
    super(message);
    this.timeNanos = timeNanos;
    this.doneBytes = doneBytes;
  }

  long timeNanos() {
    return timeNanos;
  }

  long doneBytes() {
    return doneBytes;
  }
}
