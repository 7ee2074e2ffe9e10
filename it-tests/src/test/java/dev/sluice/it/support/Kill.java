package dev.sluice.it.support;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Objects;

/** The system call: the command of that name takes longer than some moments last. */
final class Kill {
  /** As on x86 and ARM. */
  private static final Map<String, Integer> NUMBERS =
      Map.of("INT", 2, "QUIT", 3, "KILL", 9, "TERM", 15, "CONT", 18, "STOP", 19);

  private static final MethodHandle KILL = lookUp();

  private Kill() {}

  @SuppressWarnings("restricted") // Nothing in the JDK sends a given signal.
  private static MethodHandle lookUp() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("kill"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  }

  /**
   * Sends a signal to a process; does nothing if there is none.
   *
   * @param pid the id of a process that has not been waited for
   * @param signal such as {@code INT}
   */
  static void send(long pid, String signal) {
    int number = Objects.requireNonNull(NUMBERS.get(signal), signal);
    try {
      int _ = (int) KILL.invokeExact(Math.toIntExact(pid), number);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
