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
  /** With more, one test may take days. */
  public static final int MOST_PATIENT = 1000;

  /** Checks the scale. */
  public Run {
    if (!isTimeScale(timeScale)) {
      throw new IllegalArgumentException(
          "sluice.tck.timeScale is "
              + timeScale
              + ": write a number above 0 and up to "
              + MOST_PATIENT
              + ", such as 2 to be twice as patient");
    }
  }

  /**
   * Returns whether a run can be so patient.
   *
   * @param timeScale any number
   */
  public static boolean isTimeScale(double timeScale) {
    return timeScale > 0 && timeScale <= MOST_PATIENT;
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

  /** Returns when a test is given up. Less patience makes its waits shorter, not its work. */
  public Duration deadline() {
    return Duration.ofMillis(Math.round(120_000 * Math.max(1, timeScale)));
  }

  private Duration scaled(long millis) {
    return Duration.ofMillis(Math.round(millis * timeScale));
  }
}
