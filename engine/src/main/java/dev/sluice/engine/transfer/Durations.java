package dev.sluice.engine.transfer;

import java.time.Duration;
import java.util.Optional;

/** The check that all options of this package share. */
final class Durations {
  private Durations() {}

  static void requirePositive(String what, Optional<Duration> duration) {
    if (duration.isPresent() && !duration.get().isPositive()) {
      throw new IllegalArgumentException(what + " is longer than zero, not " + duration.get());
    }
  }
}
