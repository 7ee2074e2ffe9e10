package dev.sluice.transport.rdmasim.shm;

/** How a side left, as it notes it in its segment before its control socket ends. */
enum Departure {
  /** It is there, or it was killed. */
  NONE,
  /** It closed, and needs nothing more. */
  CLOSED,
  /** It gave the connection up. */
  ABORTED;

  private static final Departure[] ALL = values();

  /** Reads what a peer wrote; nonsense is an end that is not orderly. */
  static Departure of(long code) {
    return code >= 0 && code < ALL.length ? ALL[(int) code] : ABORTED;
  }
}
