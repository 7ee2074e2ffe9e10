package dev.sluice.cli.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TickerTest {
  /** Many rounds, because a tick has to be on its way at the moment of the close. */
  @Test
  void afterClose_nothingIsDone() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      AtomicInteger done = new AtomicInteger();
      CountDownLatch first = new CountDownLatch(1);
      Runnable task =
          () -> {
            done.incrementAndGet();
            first.countDown();
          };
      Ticker ticker = new Ticker();
      ticker.every(Duration.ofNanos(1), task);
      ticker.every(Duration.ofNanos(1), task);
      first.await();

      ticker.close();
      int before = done.get();
      long end = System.nanoTime() + 500_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }

      assertEquals(before, done.get(), "in round " + round);
    }
  }
}
