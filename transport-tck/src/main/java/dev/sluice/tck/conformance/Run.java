package dev.sluice.tck.conformance;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What one run of the kit has in common; a parameter of tests.
 *
 * @param seed where its random numbers start; {@code -Dsluice.tck.seed} sets it
 * @param timeScale by how much the kit is more patient than the contract, for machines that are
 *     slow or busy; {@code -Dsluice.tck.timeScale} sets it, 1 by default
 */
public record Run(long seed, double timeScale) {
  /** With more, the waits of a test are longer than any test may take. */
  private static final double MOST_PATIENT = 1000;

  /** Checks the scale. */
  public Run {
    if (!(timeScale > 0) || timeScale > MOST_PATIENT) {
      throw new IllegalArgumentException(
          "sluice.tck.timeScale is "
              + timeScale
              + ": write a number above 0, such as 2 to be twice as patient");
    }
  }

  /** Returns the random numbers of the run, from their start. */
  public SplittableRandom random() {
    return new SplittableRandom(seed);
  }

  /** Returns the second within which the contract lets threads wake. */
  public Duration second() {
    return scaled(1000);
  }

  /** Returns how long a call has to stay inside to count as blocked. */
  public Duration quiet() {
    return scaled(100);
  }

  /** Returns how long a call may take that does not have to wait for anybody. */
  public Duration guard() {
    return scaled(10_000);
  }

  private Duration scaled(long millis) {
    return Duration.ofMillis(Math.round(millis * timeScale));
  }
}
