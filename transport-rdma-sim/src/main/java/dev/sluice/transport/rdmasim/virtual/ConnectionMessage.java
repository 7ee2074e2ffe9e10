package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.connection.ConnectionParameters;
import dev.sluice.transport.rdmasim.connection.PrivateData;

/** What connectors say to each other. The number is that of the connection, the same on both. */
sealed interface ConnectionMessage {
  long number();

  /** Asks to be connected. */
  record Request(
      long number, int service, int queuePair, int packetNumber, ConnectionParameters parameters)
      implements ConnectionMessage {}

  /** Says yes. */
  record Reply(long number, int queuePair, int packetNumber, ConnectionParameters parameters)
      implements ConnectionMessage {}

  /** Says no. */
  record Reject(long number, PrivateData privateData, String reason) implements ConnectionMessage {}

  /** Has got the reply, and may send from now on. */
  record ReadyToUse(long number) implements ConnectionMessage {}

  /** Ends it. */
  record DisconnectRequest(long number) implements ConnectionMessage {}

  /** Has ended it too. */
  record DisconnectReply(long number) implements ConnectionMessage {}
}
