package dev.sluice.engine;

import org.jspecify.annotations.Nullable;

/** The first error of a half-channel, kept for good. Safe for any thread. */
final class FirstError {
  /** More than a handful of consequences only bury the cause. */
  private static final int MAX_LATER = 8;

  private volatile @Nullable Throwable first;
  private int laterCount;

  @Nullable Throwable get() {
    return first;
  }

  /**
   * Keeps an error if it is the first, else attaches it to the first.
   *
   * @return whether it is the first
   */
  @SuppressWarnings("ReferenceEquality") // an exception cannot be attached to itself
  synchronized boolean record(Throwable error) {
    Throwable known = first;
    if (known == null) {
      first = error;
      return true;
    }
    if (error != known && laterCount < MAX_LATER) {
      laterCount++;
      known.addSuppressed(error);
    }
    return false;
  }
}
