package dev.sluice.engine;

import java.util.Random;
import java.util.SplittableRandom;

/**
 * Runs a randomised test with new seeds; a failure names the seed and the command that repeats it,
 * which sets the property {@code sluice.seed}.
 */
final class Seeded {
  /** A test that takes all its choices from one generator. */
  @FunctionalInterface
  interface Body {
    void run(Random random) throws Exception;
  }

  private Seeded() {}

  static void rounds(Class<?> test, int rounds, Body body) {
    Long given = Long.getLong("sluice.seed");
    long first = given != null ? given : System.nanoTime();
    for (long seed = first; seed < first + (given != null ? 1 : rounds); seed++) {
      try {
        // Neighbouring seeds of a Random start alike.
        body.run(new Random(new SplittableRandom(seed).nextLong()));
      } catch (Exception | AssertionError failure) {
        throw new AssertionError(
            "seed %d: %s%nRepeat with: mvn -pl engine -am test -Dtest=%s -Dsluice.seed=%d -Dsurefire.failIfNoSpecifiedTests=false"
                .formatted(seed, failure, test.getSimpleName(), seed),
            failure);
      }
    }
  }
}
