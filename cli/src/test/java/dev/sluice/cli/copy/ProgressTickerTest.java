package dev.sluice.cli.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.cli.console.Failure;
import dev.sluice.engine.transfer.CopyProgress;
import dev.sluice.engine.transfer.CopyResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ProgressTickerTest {
  private static final CopyProgress WAITING =
      new CopyProgress(0, OptionalLong.empty(), Duration.ZERO);
  private static final CopyProgress RUNNING =
      new CopyProgress(1, OptionalLong.empty(), Duration.ofSeconds(1));

  @Test
  void beforeBothSidesAreOpen_nothingIsTold() throws InterruptedException {
    Counter counter = new Counter();
    CountDownLatch asked = new CountDownLatch(3);

    try (ProgressTicker _ =
        new ProgressTicker(
            () -> {
              asked.countDown();
              return WAITING;
            },
            List.of(counter))) {
      asked.await();
    }

    assertEquals(0, counter.told.get());
  }

  /** Many rounds, because a tick has to be on its way at the moment of the close. */
  @Test
  void afterClose_nothingIsTold() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      Counter counter = new Counter();
      ProgressTicker ticker = new ProgressTicker(() -> RUNNING, List.of(counter, counter));
      counter.first.await();

      ticker.close();
      int told = counter.told.get();
      long end = System.nanoTime() + 500_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }

      assertEquals(told, counter.told.get(), "in round " + round);
    }
  }

  private static final class Counter implements CopyReport {
    final AtomicInteger told = new AtomicInteger();
    final CountDownLatch first = new CountDownLatch(1);

    @Override
    public Optional<Duration> progressPeriod() {
      return Optional.of(Duration.ofNanos(1));
    }

    @Override
    public void progress(CopyProgress progress) {
      told.incrementAndGet();
      first.countDown();
    }

    @Override
    public void completed(CopyResult result) {}

    @Override
    public void failed(Failure failure) {}
  }
}
