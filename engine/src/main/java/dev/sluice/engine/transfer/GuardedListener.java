package dev.sluice.engine.transfer;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;

/** Keeps what a listener throws away from the relay; it goes to the log. */
final class GuardedListener implements RelayListener {
  private final RelayListener listener;

  GuardedListener(RelayListener listener) {
    this.listener = listener;
  }

  private static void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error failure) {
      System.getLogger("dev.sluice.engine")
          .log(System.Logger.Level.WARNING, "the listener of a relay failed", failure);
    }
  }

  @Override
  public void listening(TransportAddress address) {
    guard(() -> listener.listening(address));
  }

  @Override
  public void acceptFailed(TransferException failure) {
    guard(() -> listener.acceptFailed(failure));
  }

  @Override
  public void connected(long connection, Leg leg, ChannelInfo info) {
    guard(() -> listener.connected(connection, leg, info));
  }

  @Override
  public void halfClosed(long connection, Leg from, long byteCount) {
    guard(() -> listener.halfClosed(connection, from, byteCount));
  }

  @Override
  public void closed(RelayedConnection connection) {
    guard(() -> listener.closed(connection));
  }

  @Override
  public void stopped() {
    guard(listener::stopped);
  }
}
