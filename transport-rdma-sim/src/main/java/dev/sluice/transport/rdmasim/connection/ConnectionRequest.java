package dev.sluice.transport.rdmasim.connection;

import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;

/** Somebody who asks to be connected; to be accepted or rejected, once. */
public interface ConnectionRequest {
  /** Returns what the peer wants, with its private data. */
  ConnectionParameters offered();

  /**
   * Accepts. The queue pair goes to RTR at once (receives that were posted in INIT are used), and
   * to RTS with {@link ConnectionEvent.Kind#ESTABLISHED}.
   *
   * @param queuePair in RESET or INIT
   * @param parameters what this side wants; private data of at most {@link
   *     PrivateData#ACCEPT_BYTES}
   * @return the connection, not yet established
   * @throws IllegalArgumentException if the private data are too long
   * @throws IllegalStateException if it was answered already
   * @throws IOException if the queue pair cannot be moved; the request can still be answered
   */
  Connection accept(QueuePair queuePair, ConnectionParameters parameters) throws IOException;

  /**
   * Rejects.
   *
   * @param privateData for the peer's application; at most {@link PrivateData#REJECT_BYTES}
   * @throws IllegalArgumentException if they are too long
   * @throws IllegalStateException if it was answered already
   */
  void reject(PrivateData privateData);
}
