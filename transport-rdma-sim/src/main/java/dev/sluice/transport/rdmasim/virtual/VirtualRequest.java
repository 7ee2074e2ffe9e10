package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.connection.Connection;
import dev.sluice.transport.rdmasim.connection.ConnectionParameters;
import dev.sluice.transport.rdmasim.connection.ConnectionRequest;
import dev.sluice.transport.rdmasim.connection.PrivateData;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;

/** A request that was taken from the link, and is not answered yet. */
final class VirtualRequest implements ConnectionRequest {
  private final VirtualConnector connector;
  private final Way way;
  private final ConnectionMessage.Request request;
  private boolean answered;

  VirtualRequest(VirtualConnector connector, Way way, ConnectionMessage.Request request) {
    this.connector = connector;
    this.way = way;
    this.request = request;
  }

  @Override
  public ConnectionParameters offered() {
    return request.parameters();
  }

  @Override
  public Connection accept(QueuePair queuePair, ConnectionParameters parameters)
      throws IOException {
    parameters.privateData().atMost(PrivateData.ACCEPT_BYTES);
    requireUnanswered();
    VirtualConnection connection =
        VirtualConnection.reply(connector, way, request, queuePair, parameters);
    answered = true;
    connector.add(request.number(), connection);
    return connection;
  }

  @Override
  public void reject(PrivateData privateData) {
    privateData.atMost(PrivateData.REJECT_BYTES);
    requireUnanswered();
    answered = true;
    connector.reject(
        way,
        new ConnectionMessage.Reject(
            request.number(), privateData, "the application said no: " + privateData.text()));
  }

  private void requireUnanswered() {
    if (answered) {
      throw new IllegalStateException("the request was answered already");
    }
  }
}
