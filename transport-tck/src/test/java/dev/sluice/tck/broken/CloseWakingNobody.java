package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** While somebody is inside a transfer, {@code close} only notes that the channel is closed. */
final class CloseWakingNobody implements Defect {
  private final Queue<TransportChannel> left = new ConcurrentLinkedQueue<>();

  @Override
  public TransportChannel in(TransportChannel sound, End end) {
    left.add(sound);
    return new CountingFunnel(sound) {
      private volatile boolean closed;

      @Override
      public void close() throws IOException {
        if (isInside()) {
          closed = true;
        } else {
          super.close();
        }
      }

      @Override
      public boolean isOpen() {
        return !closed && super.isOpen();
      }

      @Override
      void begin() throws IOException {
        if (closed) {
          throw new ClosedChannelException();
        }
        super.begin();
      }
    };
  }

  /** Frees whoever is still inside. */
  @Override
  public void close() {
    left.forEach(TransportChannel::abort);
  }
}
