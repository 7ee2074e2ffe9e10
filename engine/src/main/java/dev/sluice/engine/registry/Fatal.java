package dev.sluice.engine.registry;

import com.google.common.base.Throwables;

/** Tells a broken provider from a broken Java virtual machine. */
final class Fatal {
  private Fatal() {}

  /**
   * Throws the virtual machine's own error where there is one, also as a cause: {@link
   * java.util.ServiceLoader} wraps whatever a constructor throws, an OutOfMemoryError too.
   */
  static void rethrow(Throwable thrown) {
    for (Throwable cause : Throwables.getCausalChain(thrown)) {
      if (cause instanceof VirtualMachineError fatal) {
        throw fatal;
      }
    }
  }
}
