package dev.sluice.tck.broken;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;

/** Wrong ends. */
final class EndDefects {
  private EndDefects() {}

  static TransportChannel abortingLikeAnEnd(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public void abort() {
        try {
          super.close();
        } catch (IOException ignored) {
          super.abort();
        }
      }
    };
  }

  /** Tells once more of the connection that was broken. */
  static TransportChannel complaining(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      private volatile boolean aborted;

      @Override
      public void abort() {
        aborted = true;
        super.abort();
      }

      @Override
      public void close() throws IOException {
        if (aborted) {
          throw new IOException("the connection is broken");
        }
        super.close();
      }
    };
  }

  /** The end of the output is passed on, and then the peer's is waited for, however long. */
  static TransportChannel blockingOnClose(TransportChannel sound, End end) {
    return new CountingFunnel(sound) {
      @Override
      public void close() throws IOException {
        if (isOpen() && !isInside()) {
          end.ending.countDown();
          super.shutdown(Direction.WRITE);
          awaitPeer();
        }
        super.close();
      }

      private void awaitPeer() throws IOException {
        try {
          end.peer().ending.await();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          abort();
          throw (IOException) new ClosedByInterruptException().initCause(interrupted);
        }
        if (!isOpen()) {
          throw new AsynchronousCloseException();
        }
      }

      @Override
      public void abort() {
        super.abort();
        end.ending.countDown();
        // Wakes a close of this side, which then finds itself cut off.
        end.peer().ending.countDown();
      }
    };
  }
}
