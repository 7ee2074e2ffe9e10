package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import java.util.concurrent.CountDownLatch;

/** Each channel leaves a thread behind, until the defect is closed. */
final class LeakedThreads implements Defect {
  private final CountDownLatch over = new CountDownLatch(1);

  @Override
  public TransportChannel in(TransportChannel sound, End end) {
    Thread.ofPlatform().daemon().name("left-behind").start(this::stay);
    return sound;
  }

  private void stay() {
    try {
      over.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
  }
}
