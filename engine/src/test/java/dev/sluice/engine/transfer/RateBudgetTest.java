package dev.sluice.engine.transfer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RateBudgetTest {
  private static final int MUCH = 1_000_000;

  private static Duration timeOf(RateBudget budget, int takes, int byteCount)
      throws InterruptedException {
    long start = System.nanoTime();
    for (int i = 0; i < takes; i++) {
      budget.take(byteCount);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Thread taking(RateBudget budget, int takes, AtomicInteger taken) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                for (int i = 0; i < takes; i++) {
                  budget.take(budget.share());
                  taken.incrementAndGet();
                }
              } catch (InterruptedException _) {
                taken.set(-1);
              }
            });
  }

  @Test
  void withoutALimit_nobodyWaits() throws Exception {
    RateBudget budget = new RateBudget(OptionalLong.empty());

    assertTrue(timeOf(budget, 1000, Integer.MAX_VALUE).compareTo(Duration.ofSeconds(5)) < 0);
    assertEquals(Integer.MAX_VALUE, budget.share());
  }

  /** All but the first two twentieths have to be earned. */
  @Test
  void limit_isKept() throws Exception {
    RateBudget budget = new RateBudget(OptionalLong.of(MUCH));

    Duration took = timeOf(budget, 22, MUCH / 20);

    assertTrue(took.compareTo(Duration.ofMillis(950)) >= 0, took::toString);
  }

  @Test
  void limit_isOneForAllThreads() throws Exception {
    RateBudget budget = new RateBudget(OptionalLong.of(MUCH));
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    AtomicInteger taken = new AtomicInteger();
    for (int i = 0; i < 11; i++) {
      threads.add(taking(budget, 2, taken));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(22, taken.get());
    assertTrue(took.compareTo(Duration.ofMillis(950)) >= 0, took::toString);
  }

  @Test
  void share_isATwentiethOfASecond_andAtLeastAByte() {
    assertEquals(50, new RateBudget(OptionalLong.of(1000)).share());
    assertEquals(1, new RateBudget(OptionalLong.of(1)).share());
    assertEquals(Integer.MAX_VALUE, new RateBudget(OptionalLong.of(Long.MAX_VALUE)).share());
  }

  @Test
  void silence_earnsNoMoreThanATwentiethOfASecond() throws Exception {
    RateBudget budget = new RateBudget(OptionalLong.of(1000));
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > 500_000_000);

    // The credit, a debt of the same size, and ten that are earned.
    Duration took = timeOf(budget, 12, 50);

    assertTrue(took.compareTo(Duration.ofMillis(450)) >= 0, took::toString);
  }

  @Test
  void raise_reachesThoseWhoWait() throws Exception {
    RateBudget budget = new RateBudget(OptionalLong.of(1));
    AtomicInteger taken = new AtomicInteger();
    Thread first = taking(budget, 10, taken);
    Thread second = taking(budget, 10, taken);
    await().until(() -> taken.get() >= 1);

    budget.rate(OptionalLong.of(MUCH));

    first.join();
    second.join();
    assertEquals(20, taken.get());
  }

  @Test
  void cut_reachesTheNext_withoutTheDebtOfTheOldRate() throws Exception {
    RateBudget budget = new RateBudget(OptionalLong.of(1_000_000_000));
    budget.take(50_000_000);
    budget.take(50_000_000);
    budget.rate(OptionalLong.of(1000));

    // At 1000 bytes a second the debt would take hours.
    Duration took = timeOf(budget, 2, 50);

    assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took::toString);
    assertTrue(took.compareTo(Duration.ofMillis(40)) > 0, took::toString);
  }

  @Test
  void interrupt_endsTheWait_ofTheFirst_andOfThoseBehindIt() throws Exception {
    RateBudget budget = new RateBudget(OptionalLong.of(1));
    budget.take(1_000_000);
    AtomicInteger one = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    Thread first = taking(budget, 2, one);
    Thread second = taking(budget, 2, other);
    await().until(() -> first.getState() != Thread.State.RUNNABLE);
    await().until(() -> second.getState() != Thread.State.RUNNABLE);

    first.interrupt();
    second.interrupt();

    first.join();
    second.join();
    assertEquals(-1, one.get());
    assertEquals(-1, other.get());
    assertFalse(Thread.interrupted());
  }
}
