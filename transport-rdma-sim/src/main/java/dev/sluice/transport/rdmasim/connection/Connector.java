package dev.sluice.transport.rdmasim.connection;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;

/**
 * Connects queue pairs of one device: the connection manager.
 *
 * <p>It moves the queue pairs through their states, chooses the first packet numbers and agrees on
 * limits, so that nobody exchanges them by hand.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pairs.
 */
public interface Connector {
  /**
   * Listens for requests.
   *
   * @param service a number that both sides know
   * @throws TransportException of kind UNREACHABLE if somebody listens there already
   */
  ConnectionListener listen(int service) throws TransportException;

  /**
   * Asks the peer to be connected; returns before it has answered.
   *
   * @param queuePair in RESET or INIT
   * @param service what the peer listens on
   * @param parameters what this side wants; private data of at most {@link
   *     PrivateData#CONNECT_BYTES}
   * @return the connection, not yet established
   * @throws IllegalArgumentException if the private data are too long
   * @throws IOException if the queue pair cannot be moved
   */
  Connection connect(QueuePair queuePair, int service, ConnectionParameters parameters)
      throws IOException;
}
