package dev.sluice.tck.contract;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;

/** The ways to end a channel from outside; every rule about who wakes holds for both. */
public enum EndKind {
  /** Orderly, unless somebody is inside. */
  CLOSE {
    @Override
    void end(TransportChannel channel) throws IOException {
      try {
        channel.close();
      } catch (AsynchronousCloseException told) {
        // That accepted bytes may be lost, as CH-7.6 wants.
      }
    }
  },

  /** In the middle of the stream. */
  ABORT {
    @Override
    void end(TransportChannel channel) {
      channel.abort();
    }
  };

  abstract void end(TransportChannel channel) throws IOException;
}
