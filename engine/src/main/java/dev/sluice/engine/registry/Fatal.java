package dev.sluice.engine.registry;

import org.jspecify.annotations.Nullable;

/** Tells a broken provider from a broken Java virtual machine. */
final class Fatal {
  /** No honest chain is longer, and one that bites its own tail has no end. */
  private static final int MAX_CAUSES = 64;

  private Fatal() {}

  /**
   * Throws the virtual machine's own error where there is one, also as a cause: {@link
   * java.util.ServiceLoader} wraps whatever a constructor throws, an OutOfMemoryError too.
   */
  static void rethrow(Throwable thrown) {
    @Nullable Throwable cause = thrown;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (cause instanceof VirtualMachineError fatal) {
        throw fatal;
      }
      cause = cause.getCause();
    }
  }
}
