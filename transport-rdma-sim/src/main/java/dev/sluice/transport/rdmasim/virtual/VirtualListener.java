package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.connection.ConnectionListener;
import dev.sluice.transport.rdmasim.connection.ConnectionRequest;
import dev.sluice.transport.rdmasim.connection.PrivateData;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** Requests for a service that wait to be taken. */
final class VirtualListener implements ConnectionListener {
  private final VirtualConnector connector;
  private final int service;
  private final ArrayDeque<VirtualRequest> requests = new ArrayDeque<>();

  VirtualListener(VirtualConnector connector, int service) {
    this.connector = connector;
    this.service = service;
  }

  void add(VirtualRequest request) {
    requests.add(request);
  }

  @Override
  public int service() {
    return service;
  }

  @Override
  public Optional<ConnectionRequest> poll() {
    return Optional.ofNullable(requests.poll());
  }

  @Override
  public Optional<ConnectionRequest> await(Duration atMost) throws IOException {
    connector.host().await(List.of(), () -> !requests.isEmpty(), atMost);
    return poll();
  }

  @Override
  public void close() {
    connector.forget(this);
    while (!requests.isEmpty()) {
      requests.remove().reject(PrivateData.NONE);
    }
  }
}
