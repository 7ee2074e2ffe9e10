package dev.sluice.engine.transfer;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.CountDownLatch;

/** A client that says nothing in the hand-shake, until it is told to or aborted. */
final class SilentHandshake extends ForwardingChannel {
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean aborted;

  SilentHandshake(TransportChannel delegate) {
    super(delegate);
  }

  void speak() {
    end.countDown();
  }

  @Override
  public void establish() throws IOException {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      abort();
    }
    if (aborted) {
      throw new AsynchronousCloseException();
    }
  }

  @Override
  public void abort() {
    aborted = true;
    end.countDown();
    super.abort();
  }
}
