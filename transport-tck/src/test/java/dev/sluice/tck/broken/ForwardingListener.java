package dev.sluice.tck.broken;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.util.Optional;

/** Forwards every method to another listener. */
class ForwardingListener implements TransportListener {
  private final TransportListener delegate;

  ForwardingListener(TransportListener delegate) {
    this.delegate = delegate;
  }

  @Override
  public TransportAddress address() {
    return delegate.address();
  }

  @Override
  public boolean awaitsPeer() {
    return delegate.awaitsPeer();
  }

  @Override
  public Optional<TransportChannel> accept() throws IOException {
    return delegate.accept();
  }

  @Override
  public void close() throws IOException {
    delegate.close();
  }
}
