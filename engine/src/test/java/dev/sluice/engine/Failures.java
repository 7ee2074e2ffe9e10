package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.TransportException;
import java.util.Optional;
import org.junit.jupiter.api.function.Executable;

/** What the engine's errors have to look like. */
final class Failures {
  private Failures() {}

  /** The call throws a new exception of the same class and kind, caused by the first one. */
  static void assertThrowsAgain(Throwable first, Executable call) {
    Throwable again = assertThrows(Throwable.class, call);
    assertNotSame(first, again, "the same instance was thrown again");
    assertReports(first, again);
  }

  /** The exception is the first one, or a new one of its class and kind, caused by it. */
  @SuppressWarnings("ReferenceEquality") // it is about instances
  static void assertReports(Throwable first, Throwable thrown) {
    if (thrown == first) {
      return;
    }
    try {
      assertSame(first.getClass(), thrown.getClass());
      assertSame(first, thrown.getCause());
      assertEquals(kind(first), kind(thrown));
      assertEquals(hint(first), hint(thrown));
    } catch (AssertionError unlike) {
      unlike.addSuppressed(thrown);
      throw unlike;
    }
  }

  private static TransportException.Kind kind(Throwable failure) {
    return TransportException.kindOf(failure);
  }

  private static Optional<String> hint(Throwable failure) {
    return failure instanceof TransportException transport ? transport.hint() : Optional.empty();
  }
}
