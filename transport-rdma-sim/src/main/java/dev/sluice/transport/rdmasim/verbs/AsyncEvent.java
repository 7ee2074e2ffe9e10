package dev.sluice.transport.rdmasim.verbs;

/**
 * Something that happened to an object of a device without anyone having asked.
 *
 * @param kind what
 * @param number of the queue pair or completion queue; 0: the device itself
 */
public record AsyncEvent(Kind kind, int number) {
  /** What can happen. */
  public enum Kind {
    /** A completion queue overran, and is of no use any more. */
    COMPLETION_QUEUE_ERROR(0),
    /** A queue pair failed for no reason of its own. */
    QUEUE_PAIR_FATAL(1),
    /** The peer asked for something that the queue pair does not allow. */
    QUEUE_PAIR_REQUEST_ERROR(2),
    /** The peer asked for memory that it may not have. */
    QUEUE_PAIR_ACCESS_ERROR(3),
    /** A first request came before the connection was known to be there. */
    COMMUNICATION_ESTABLISHED(4),
    /** What was on its way when a queue pair went to {@link QueuePairState#SQD} is done. */
    SEND_QUEUE_DRAINED(5),
    /** The device broke. */
    DEVICE_FATAL(8),
    /** The link is up. */
    PORT_ACTIVE(9),
    /** The link is down. */
    PORT_ERROR(10);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** Returns the number that verbs gives it. */
    public int code() {
      return code;
    }
  }
}
