package dev.sluice.api;

/** Seeds of randomised tests. */
final class Seed {
  private Seed() {}

  /** Returns a new seed, or that of {@code sluice.test.seed}, and prints how to repeat the test. */
  static long print(Class<?> test) {
    long seed = Long.getLong("sluice.test.seed", System.nanoTime());
    System.out.printf(
        "%s: repeat with mvn -pl api test -Dtest=%s -DargLine=-Dsluice.test.seed=%d%n",
        test.getSimpleName(), test.getSimpleName(), seed);
    return seed;
  }
}
