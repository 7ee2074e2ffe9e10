package dev.sluice.engine.transfer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TurnsTest {
  private final Turns turns = new Turns();
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = new ArrayList<>();

  private Thread waiting(String name, Turns.Place place) {
    return waiting(name, place, new CountDownLatch(0));
  }

  /** Keeps its turn until it is told to end it. */
  private Thread waiting(String name, Turns.Place place, CountDownLatch end) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try (place) {
                    order.add(name + " " + place.await());
                    end.await();
                  } catch (InterruptedException _) {
                    order.add(name + " gave up");
                  }
                });
    threads.add(thread);
    return thread;
  }

  private void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void whoIsReadyAtOnce_comesInTheOrderOfAcceptance() throws Exception {
    Turns.Place first = turns.place();
    Turns.Place second = turns.place();
    second.running();
    Thread waits = waiting("second", second);
    await().until(() -> waits.getState() != Thread.State.RUNNABLE);

    first.running();
    waiting("first", first);

    join();
    assertEquals(List.of("first 1", "second 2"), order);
  }

  /** However long the system takes to let it run. */
  @Test
  void threadThatDoesNotRunYet_isWaitedFor() throws Exception {
    Turns.Place first = turns.place();
    Turns.Place second = turns.place();
    second.running();
    waiting("second", second);
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > Turns.AT_ONCE.plusSeconds(1).toNanos());
    assertEquals(List.of(), order);

    first.running();
    waiting("first", first);

    join();
    assertEquals(List.of("first 1", "second 2"), order);
  }

  @Test
  void whoIsNotReady_keepsNobodyWaiting_andComesWhenItIs() throws Exception {
    Turns.Place slow = turns.place();
    slow.running();
    Turns.Place second = turns.place();
    second.running();
    waiting("second", second);
    await().until(() -> order.equals(List.of("second 1")));
    Turns.Place third = turns.place();
    third.running();
    waiting("third", third);
    await().until(() -> order.size() == 2);

    waiting("slow", slow);

    join();
    assertEquals(List.of("second 1", "third 2", "slow 3"), order);
  }

  @Test
  void turn_belongsToOneAtATime() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Turns.Place first = turns.place();
    first.running();
    waiting("first", first, end);
    await().until(() -> order.size() == 1);
    Turns.Place second = turns.place();
    second.running();
    Thread waits = waiting("second", second);
    await().until(() -> waits.getState() == Thread.State.WAITING);
    assertEquals(List.of("first 1"), order);

    end.countDown();

    join();
    assertEquals(List.of("first 1", "second 2"), order);
  }

  @Test
  void whoFailsBeforeItIsReady_isForgotten() throws Exception {
    Turns.Place failed = turns.place();
    Turns.Place second = turns.place();
    second.running();
    waiting("second", second);

    failed.close();

    join();
    assertEquals(List.of("second 1"), order);
  }

  @Test
  void whoGivesUpWaiting_letsTheNextPass() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Turns.Place first = turns.place();
    first.running();
    waiting("first", first, end);
    await().until(() -> order.size() == 1);
    Turns.Place second = turns.place();
    second.running();
    Thread givesUp = waiting("second", second);
    await().until(() -> givesUp.getState() == Thread.State.WAITING);
    Turns.Place third = turns.place();
    third.running();
    waiting("third", third);

    givesUp.interrupt();
    givesUp.join();
    end.countDown();

    join();
    assertEquals(List.of("first 1", "second gave up", "third 2"), order);
  }

  @Test
  void manyAtOnce_comeInOrder() throws Exception {
    int count = 300;
    List<Turns.Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(turns.place());
    }
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, new Random(7));
    for (int number : numbers) {
      places.get(number).running();
      waiting(Integer.toString(number), places.get(number));
    }

    join();
    assertEquals(count, order.size());
    for (int i = 0; i < count; i++) {
      assertTrue(order.contains(i + " " + (i + 1)), order::toString);
    }
  }
}
