package dev.sluice.transport.rdmasim.shm;

/** How a side left, as it notes it in its segment before its control socket ends. */
enum Departure {
  /** It is there, or it was killed. */
  NONE(0),
  /** It closed, and needs nothing more. */
  CLOSED(1),
  /** It gave the connection up. */
  ABORTED(2);

  private final long code;

  Departure(long code) {
    this.code = code;
  }

  /** Returns what stands for it in shared memory. */
  long code() {
    return code;
  }

  /** Reads what a peer wrote; nonsense is an end that is not orderly. */
  static Departure of(long code) {
    return code == NONE.code ? NONE : code == CLOSED.code ? CLOSED : ABORTED;
  }
}
