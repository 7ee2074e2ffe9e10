package dev.sluice.transport.rdmasim.simulation;

/** What a link does with packets that come faster than it sends. */
public enum QueuePolicy {
  /**
   * They wait, however many they are: the sender is made to pause, as with priority flow control.
   */
  PAUSE,
  /** What does not fit into the queue is lost. */
  DROP_TAIL
}
