package dev.sluice.transport.rdmasim.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimulationTest {
  private final Simulation simulation = Simulation.withSeed(1);
  private final List<String> log = new ArrayList<>();

  private void note(String what) {
    log.add(what + "@" + simulation.nowNanos());
  }

  @Test
  void events_happenByTime_thenInTheOrderTheyCame() {
    simulation.schedule(20, () -> note("late"));
    simulation.schedule(10, () -> note("first"));
    simulation.schedule(10, () -> note("second"));
    simulation.schedule(
        0,
        () -> {
          note("now");
          simulation.schedule(0, () -> note("still now"));
        });
    simulation.run();
    assertEquals(List.of("now@0", "still now@0", "first@10", "second@10", "late@20"), log);
    assertEquals(5, simulation.eventCount());
  }

  @Test
  void cancelledTimer_doesNotRun_norMoveTheClock() {
    Timer timer = simulation.schedule(100, () -> note("cancelled"));
    simulation.schedule(10, () -> note("kept"));
    assertTrue(timer.isPending());
    assertTrue(timer.cancel());
    assertFalse(timer.cancel());
    assertFalse(timer.isPending());
    assertEquals(1, simulation.pendingCount());
    simulation.run();
    assertEquals(List.of("kept@10"), log);
    assertEquals(10, simulation.nowNanos());
  }

  @Test
  void cancel_afterItRan_isFalse() {
    Timer timer = simulation.schedule(1, () -> note("ran"));
    simulation.run();
    assertFalse(timer.cancel());
    assertEquals(0, simulation.pendingCount());
  }

  /** Against a sorted list, with so many cancellations that the heap is cleaned often. */
  @Test
  void randomSchedule_isTheSameAsSorting() {
    long seed = new Random().nextLong();
    String repeat = "repeat with the seed " + seed;
    Random random = new Random(seed);
    record Entry(int number, long dueNanos) {}
    List<Entry> expected = new ArrayList<>();
    List<Integer> happened = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      int number = i;
      long due = random.nextInt(5_000);
      Timer timer = simulation.schedule(due, () -> happened.add(number));
      if (random.nextInt(3) > 0) {
        timer.cancel();
      } else {
        expected.add(new Entry(number, due));
      }
    }
    assertEquals(expected.size(), simulation.pendingCount(), repeat);
    simulation.run();
    expected.sort(Comparator.comparingLong(Entry::dueNanos).thenComparingInt(Entry::number));
    assertEquals(expected.stream().map(Entry::number).toList(), happened, repeat);
  }

  @Test
  void runUntil_stopsAtTheCondition_orWhenNothingIsLeft() {
    simulation.schedule(10, () -> note("a"));
    simulation.schedule(20, () -> note("b"));
    assertTrue(simulation.runUntil(() -> log.size() == 1));
    assertEquals(10, simulation.nowNanos());
    assertFalse(simulation.runUntil(() -> log.size() == 3));
    assertEquals(List.of("a@10", "b@20"), log);
  }

  @Test
  void runFor_movesTheClockToItsEnd_andNoFurther() {
    simulation.schedule(1_000, () -> note("inside"));
    simulation.schedule(1_001, () -> note("outside"));
    simulation.runFor(Duration.ofNanos(1_000));
    assertEquals(List.of("inside@1000"), log);
    assertEquals(1_000, simulation.nowNanos());
    simulation.runFor(Duration.ofNanos(500));
    assertEquals(1_500, simulation.nowNanos());
    assertEquals(List.of("inside@1000", "outside@1001"), log);
    assertThrows(IllegalArgumentException.class, () -> simulation.runFor(Duration.ofNanos(-1)));
  }

  @Test
  void impossibleDelays_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> simulation.schedule(-1, () -> {}));
    simulation.runFor(Duration.ofNanos(1));
    assertThrows(
        IllegalArgumentException.class, () -> simulation.schedule(Long.MAX_VALUE, () -> {}));
  }

  @Test
  void otherThread_isRefused() throws Exception {
    FutureTask<IllegalStateException> task =
        new FutureTask<>(
            () ->
                assertThrows(IllegalStateException.class, () -> simulation.schedule(1, () -> {})));
    Thread.ofPlatform().name("stranger").start(task);
    assertTrue(task.get().toString().contains("stranger"), task.get()::toString);
  }

  @Test
  void trace_tellsRunsApart() {
    assertEquals(traceOf(10, 20), traceOf(10, 20));
    assertNotEquals(traceOf(10, 20), traceOf(10, 21));
    assertEquals(16, Simulation.withSeed(1).trace().toString().length());
  }

  private static long traceOf(long... delays) {
    Simulation run = Simulation.withSeed(1);
    for (long delay : delays) {
      run.schedule(delay, () -> {});
    }
    run.run();
    return run.trace().value();
  }

  @Test
  void streams_areOneForEachName_andDoNotShiftEachOther() {
    assertSame(simulation.stream("a"), simulation.stream("a"));
    long expected = simulation.stream("b").nextLong();
    Simulation other = Simulation.withSeed(1);
    for (int i = 0; i < 10; i++) {
      other.stream("a").nextLong();
    }
    assertEquals(expected, other.stream("b").nextLong());
    assertNotEquals(expected, Simulation.withSeed(2).stream("b").nextLong());
    assertNotEquals(expected, simulation.stream("a").nextLong());
  }

  @Test
  void repeatHint_isOneLine() {
    assertEquals(
        "seed 7, preset metro100, version 1.2: repeat with sluice simulate --seed 7",
        new RepeatHint(7, "metro100", "1.2", "sluice simulate --seed 7").toString());
  }
}
