package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.RepeatHint;
import java.util.stream.LongStream;

/** Runs a random test for some seeds, or for the one that {@code -Dsluice.seed=N} names. */
final class Seeds {
  private Seeds() {}

  /** A test of one seed. */
  @FunctionalInterface
  interface Body {
    void run(long seed) throws Exception;
  }

  static void forEach(Class<?> test, int count, Body body) {
    Long only = Long.getLong("sluice.seed");
    LongStream seeds = only == null ? LongStream.range(0, count) : LongStream.of(only);
    seeds.forEach(seed -> runOne(test, seed, body));
  }

  private static void runOne(Class<?> test, long seed, Body body) {
    try {
      body.run(seed);
    } catch (Exception | AssertionError failure) {
      String command =
          "mvn -pl transport-rdma-sim test -Dtest="
              + test.getSimpleName()
              + " -Dsluice.seed="
              + seed;
      throw new AssertionError(
          new RepeatHint(seed, "of the seed", "this", command) + ": " + failure.getMessage(),
          failure);
    }
  }
}
