package dev.sluice.transport.rdmasim.verbs;

/**
 * How one queue pair reaches its peer: carries the requests that {@link Requester#next} gives to
 * the peer's {@link Responder}, in order and each once, and its answers back.
 *
 * <p>All that verbs promise about requests, keys and states is decided by requester and responder;
 * a wire adds time, loss and recovery, or none of them. Retry counters and timers are the wire's,
 * because they run on the link's clock; their values are in {@link QueuePair#attributes}.
 *
 * <h2>Threading</h2>
 *
 * Called by the thread that uses the queue pair, and calls back in no other.
 */
public interface Wire {
  /** The queue pair went from INIT to RTR: its attributes name the peer. */
  void connect();

  /** Something may be there to send. */
  void kick();

  /**
   * A request was posted to the send queue; it starts by the {@link #kick} that follows.
   *
   * @param sequence its place among the requests of this life of the queue pair, from 0 on
   */
  default void sendPosted(long sequence) {}

  /** A receive was posted: a request that was held back for want of one may go on. */
  default void receivePosted() {}

  /** Moves what came in meanwhile; does not wait. */
  void progress();

  /** The queue pair went to ERR: nothing more is sent, and requests are not answered. */
  void fail();

  /** The queue pair went to RESET, or is destroyed: what is still on its way is forgotten. */
  void reset();
}
