package dev.sluice.transport.rdmasim.simulation;

import java.util.Random;

/**
 * Prints how many events a second the simulation does: {@code java -cp
 * target/classes:target/test-classes dev.sluice.transport.rdmasim.simulation.SimulationSpeed}.
 * Speeds are looked at, never asserted.
 */
final class SimulationSpeed {
  private static final int EVENTS = 10_000_000;
  private static final int PENDING = 10_000;

  private SimulationSpeed() {}

  public static void main(String[] arguments) {
    for (int round = 0; round < 4; round++) {
      report("schedule and pop, 10000 pending", EVENTS, timeOf(SimulationSpeed::events));
      report("  the same and a timer cancelled", EVENTS, timeOf(SimulationSpeed::timers));
      report(
          "packets one by one",
          4_000_000,
          timeOf(() -> packets("roce100-rack,jitter=uniform:1us")));
      report("messages of 1 MiB in trains", 4_000_000, timeOf(() -> packets("roce100-rack")));
    }
  }

  private static void report(String what, long count, long nanos) {
    System.out.printf("%-34s %6.1f M/s%n", what, count * 1e3 / nanos);
  }

  private static long timeOf(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private static void events() {
    Simulation simulation = Simulation.withSeed(1);
    Random random = new Random(1);
    Runnable again =
        new Runnable() {
          @Override
          public void run() {
            simulation.schedule(random.nextInt(1_000_000), this);
          }
        };
    for (int i = 0; i < PENDING; i++) {
      again.run();
    }
    simulation.runUntil(() -> simulation.eventCount() == EVENTS);
  }

  private static void timers() {
    Simulation simulation = Simulation.withSeed(1);
    Random random = new Random(1);
    Runnable again =
        new Runnable() {
          private Timer limit = simulation.schedule(67_000_000, () -> {});

          @Override
          public void run() {
            limit.cancel();
            limit = simulation.schedule(67_000_000, () -> {});
            simulation.schedule(random.nextInt(1_000_000), this);
          }
        };
    for (int i = 0; i < PENDING; i++) {
      again.run();
    }
    simulation.runUntil(() -> simulation.eventCount() >= EVENTS);
  }

  /** As many packets in one way as messages in the other. */
  private static void packets(String profile) {
    Simulation simulation = Simulation.withSeed(1);
    LinkProfile parsed = LinkProfile.parse(profile);
    LinkFlow flow = new Link(simulation, "a>", parsed).flow(1);
    int perMessage = parsed.jitter().isNone() ? 256 : 1;
    Burst burst = Burst.message(PacketKind.DATA, 0, perMessage * 4096L, 4096, 16, 0);
    for (int i = 0; i < 4_000_000; i++) {
      flow.send(burst, (sent, from, to, first) -> {});
      if (i % 100 == 0) {
        simulation.run();
      }
    }
    simulation.run();
  }
}
