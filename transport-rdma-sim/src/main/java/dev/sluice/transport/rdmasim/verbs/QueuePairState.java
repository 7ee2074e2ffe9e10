package dev.sluice.transport.rdmasim.verbs;

/**
 * The states of a reliable connection's queue pair, in the order of their numbers. (SQE, number 5,
 * exists for other kinds of queue pairs only.)
 */
public enum QueuePairState {
  /** Nothing can be posted. */
  RESET(0),
  /** Receives can be posted; nothing is taken from the wire. */
  INIT(1),
  /** Ready to receive. */
  RTR(2),
  /** Ready to send. */
  RTS(3),
  /** Sends are held back; what was on its way finishes. */
  SQD(4),
  /** Everything that is posted is flushed. */
  ERR(6);

  private final int code;

  QueuePairState(int code) {
    this.code = code;
  }

  /** Returns the number that verbs gives it. */
  public int code() {
    return code;
  }

  /**
   * Returns whether {@link QueuePair#modify} may go there from here.
   *
   * @param target where to go
   */
  public boolean mayBecome(QueuePairState target) {
    return switch (this) {
      case RESET -> target == RESET || target == INIT;
      case INIT -> target == RESET || target == ERR || target == INIT || target == RTR;
      case RTR -> target == RESET || target == ERR || target == RTS;
      case RTS, SQD -> target == RESET || target == ERR || target == RTS || target == SQD;
      case ERR -> target == RESET || target == ERR;
    };
  }

  /** Returns whether requests of the peer are carried out. */
  public boolean answers() {
    return this == RTR || this == RTS || this == SQD;
  }
}
