package dev.sluice.engine.registry;

import org.jspecify.annotations.Nullable;

/** Tells a broken provider from a Java virtual machine that cannot go on. */
final class Fatal {
  /** No honest chain is longer, and one that bites its own tail has no end. */
  private static final int MAX_CAUSES = 64;

  private Fatal() {}

  /**
   * Throws an OutOfMemoryError where there is one, also as a cause: {@link java.util.ServiceLoader}
   * wraps whatever a constructor throws. Other errors of the virtual machine are the provider's: a
   * stack that overflows has been unwound by the time that anybody hears of it.
   */
  static void rethrow(Throwable thrown) {
    @Nullable Throwable cause = thrown;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (cause instanceof OutOfMemoryError fatal) {
        throw fatal;
      }
      cause = Telling.causeOf(cause);
    }
  }
}
