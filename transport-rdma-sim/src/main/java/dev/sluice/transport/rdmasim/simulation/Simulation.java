package dev.sluice.transport.rdmasim.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * One run in virtual time: the clock, the queue of events, the random numbers and the trace.
 *
 * <p>Nothing here reads the machine's clock. Events happen in the order of their time, and those of
 * one moment in the order they were scheduled, so that a seed repeats a run exactly; {@link #trace}
 * tells whether it did. All methods belong to the thread that created the simulation and throw
 * {@link IllegalStateException} on any other.
 */
public final class Simulation {
  private final Thread owner = Thread.currentThread();
  private final EventQueue queue = new EventQueue();
  private final TraceHash trace = new TraceHash();
  private final Map<String, RandomStream> streams = new HashMap<>();
  private final long seed;
  private final Faults faults;
  private long nowNanos;
  private long eventCount;

  private Simulation(long seed, FaultPlan plan) {
    this.seed = seed;
    this.faults = new Faults(plan, trace, this::nowNanos);
  }

  /**
   * Returns a run at time 0 without faults.
   *
   * @param seed where all random numbers of the run come from
   */
  public static Simulation withSeed(long seed) {
    return withSeed(seed, FaultPlan.none());
  }

  /**
   * Returns a run at time 0.
   *
   * @param seed where all random numbers of the run come from
   * @param plan the faults to inject
   */
  public static Simulation withSeed(long seed, FaultPlan plan) {
    return new Simulation(seed, plan);
  }

  /** Returns the seed. */
  public long seed() {
    return seed;
  }

  /** Returns the virtual time in ns since the start of the run. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Returns the faults of this run, to ask at every point where one may be injected. */
  public Faults faults() {
    return faults;
  }

  /** Returns the hash of everything that happened so far. */
  public TraceHash trace() {
    return trace;
  }

  /** Returns how many events have happened. */
  public long eventCount() {
    return eventCount;
  }

  /** Returns how many events are still to happen. */
  public int pendingCount() {
    return queue.pendingCount();
  }

  /**
   * Returns the random numbers for one purpose; the same name gives the same object.
   *
   * @param name such as {@code link/a>b/loss}
   */
  public RandomStream stream(String name) {
    checkOwner();
    return streams.computeIfAbsent(name, key -> RandomStream.named(seed, key));
  }

  /**
   * Lets something happen later.
   *
   * @param delayNanos from now, in ns; 0 is later in this same moment
   * @param action runs in the simulation's thread; what it throws comes out of {@link #step}
   * @throws IllegalArgumentException if the delay is negative or goes beyond 292 years
   */
  public Timer schedule(long delayNanos, Runnable action) {
    if (delayNanos < 0 || nowNanos + delayNanos < 0) {
      throw new IllegalArgumentException(
          "an event was to come " + delayNanos + " ns after " + nowNanos + " ns: that is no time");
    }
    return scheduleAt(nowNanos + delayNanos, action);
  }

  /** Like {@link #schedule} for a time that is not in the past. */
  Timer scheduleAt(long timeNanos, Runnable action) {
    checkOwner();
    return queue.add(Math.max(timeNanos, nowNanos), action);
  }

  /**
   * Moves to the next event and lets it happen.
   *
   * @return false if there was none
   */
  public boolean step() {
    checkOwner();
    Timer timer = queue.poll();
    Runnable action = timer == null ? null : timer.take();
    if (timer == null || action == null) {
      return false;
    }
    nowNanos = timer.dueNanos();
    eventCount++;
    trace.mix(nowNanos);
    trace.mix(queue.polledSequence());
    action.run();
    return true;
  }

  /** Lets everything happen until no event is left. */
  public void run() {
    while (step()) {
      // The event did it all.
    }
  }

  /**
   * Lets events happen until a condition holds, which is looked at before each.
   *
   * @return whether it holds; false if no event is left and it does not
   */
  public boolean runUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (!step()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Lets events happen until a condition holds, which is looked at before each, or a length of
   * virtual time has passed, at whose end the clock then is.
   *
   * @param condition asked again and again
   * @param atMost not negative
   * @return whether it holds
   */
  public boolean runUntil(BooleanSupplier condition, Duration atMost) {
    long endNanos = endOf(atMost);
    while (!condition.getAsBoolean()) {
      long next = queue.peekNanos();
      if (next < 0 || next > endNanos) {
        nowNanos = Math.max(nowNanos, endNanos);
        return condition.getAsBoolean();
      }
      step();
    }
    return true;
  }

  private long endOf(Duration duration) {
    checkOwner();
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time cannot run for " + duration);
    }
    // Whoever waits for ever says so with the longest duration there is.
    Duration left = Duration.ofNanos(Long.MAX_VALUE - nowNanos);
    return nowNanos + (duration.compareTo(left) > 0 ? left : duration).toNanos();
  }

  /**
   * Lets everything happen that is due within a length of virtual time, and moves the clock to its
   * end.
   *
   * @param duration not negative
   * @throws IllegalArgumentException if it is negative
   */
  public void runFor(Duration duration) {
    long endNanos = endOf(duration);
    for (long next = queue.peekNanos(); next >= 0 && next <= endNanos; next = queue.peekNanos()) {
      step();
    }
    // An event may have let time run itself.
    nowNanos = Math.max(nowNanos, endNanos);
  }

  private void checkOwner() {
    Thread current = Thread.currentThread();
    if (!current.equals(owner)) {
      throw new IllegalStateException(
          "a simulation belongs to the thread that created it, "
              + owner.getName()
              + ", and was used in "
              + current.getName()
              + ": run it there, or create one for each thread");
    }
  }

  @Override
  public String toString() {
    return "seed " + seed + ", " + nowNanos + " ns, " + eventCount + " events, trace " + trace;
  }
}
