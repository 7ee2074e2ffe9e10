package dev.sluice.engine.transfer;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A target that takes its time to deliver, until it is told to go on or aborted. */
final class Delivering extends AbstractTransportChannel {
  private final CountDownLatch entered;
  private final boolean delivered;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile boolean aborted;

  /**
   * @param entered counted down when delivering begins
   * @param delivered whether nothing can be undone from then on
   */
  Delivering(CountDownLatch entered, boolean delivered) {
    super(ChannelInfo.named("delivering"), Direction.WRITE, Set.of());
    this.entered = entered;
    this.delivered = delivered;
  }

  void goOn() {
    end.countDown();
  }

  boolean wasAborted() {
    return aborted;
  }

  @Override
  protected boolean isDelivered() {
    return closing && delivered;
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (!completed) {
      aborted = true;
      end.countDown();
      return;
    }
    closing = true;
    entered.countDown();
    try {
      end.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
    if (aborted) {
      throw new IOException("abandoned");
    }
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) {
    throw new AssertionError("it only writes");
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) {
    long moved = 0;
    for (int i = offset; i < offset + length; i++) {
      moved += sources[i].remaining();
      sources[i].position(sources[i].limit());
    }
    return moved;
  }
}
