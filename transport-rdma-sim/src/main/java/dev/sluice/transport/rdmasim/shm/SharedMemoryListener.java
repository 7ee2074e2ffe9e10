package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** Gives a channel, not set up yet, for each one who comes to a {@link MeetingListener}. */
final class SharedMemoryListener implements TransportListener {
  private final MeetingListener listener;
  private final TransportAddress address;
  private final Function<ControlSocket, TransportChannel> adoption;

  SharedMemoryListener(
      MeetingListener listener,
      TransportAddress address,
      Function<ControlSocket, TransportChannel> adoption) {
    this.listener = listener;
    this.address = address;
    this.adoption = adoption;
  }

  @Override
  public TransportAddress address() {
    return address;
  }

  @Override
  public Optional<TransportChannel> accept() throws IOException {
    return listener.accept().map(adoption);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
