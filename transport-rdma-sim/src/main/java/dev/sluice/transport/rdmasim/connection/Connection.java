package dev.sluice.transport.rdmasim.connection;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Two queue pairs that are, or are about to be, each other's peer: one end of it.
 *
 * <h2>Ownership</h2>
 *
 * The queue pair stays the caller's, who closes it after {@link #disconnect}.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
public interface Connection {
  /** Returns this end's queue pair. */
  QueuePair queuePair();

  /** Takes the oldest event; empty: there is none. */
  Optional<ConnectionEvent> pollEvent();

  /**
   * Waits for an event, and takes it.
   *
   * @param atMost on the fabric's clock
   * @return empty if the time passed
   * @throws IOException if the fabric is gone, or the thread is interrupted
   */
  Optional<ConnectionEvent> awaitEvent(Duration atMost) throws IOException;

  /**
   * Ends it: the queue pair goes to ERR, which flushes it, and so does the peer's. {@link
   * ConnectionEvent.Kind#DISCONNECTED} comes once the peer knows, or cannot be reached. Calling it
   * again does nothing.
   */
  void disconnect();

  /**
   * Waits until it stands.
   *
   * @param atMost on the fabric's clock
   * @return what the peer's application said, empty on the side that accepted
   * @throws TransportException of kind UNREACHABLE if the peer rejects or does not answer
   * @throws IOException if the fabric is gone, or the thread is interrupted
   */
  default PrivateData awaitEstablished(Duration atMost) throws IOException {
    ConnectionEvent event =
        awaitEvent(atMost)
            .orElseThrow(
                () ->
                    new TransportException(
                        TransportException.Kind.UNREACHABLE,
                        "no connection of " + queuePair() + " within " + atMost));
    if (event.kind() != ConnectionEvent.Kind.ESTABLISHED) {
      throw new TransportException(
          TransportException.Kind.UNREACHABLE,
          "no connection of " + queuePair() + ": " + event.kind() + ", " + event.reason());
    }
    return event.privateData();
  }
}
