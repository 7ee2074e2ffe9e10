package dev.sluice.engine.registry;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a throwable about itself. Its class may be a plugin's own, and fail at that too: it then
 * counts as one that says nothing.
 */
final class Telling {
  private Telling() {}

  static @Nullable Throwable causeOf(Throwable thrown) {
    return ask(thrown, Throwable::getCause);
  }

  static @Nullable String messageOf(Throwable thrown) {
    return ask(thrown, Throwable::getMessage);
  }

  /** Returns it as text, at least its class. */
  static String textOf(Throwable thrown) {
    @Nullable String text = ask(thrown, Throwable::toString);
    return text == null || text.isBlank() ? thrown.getClass().getName() : text;
  }

  private static <T> @Nullable T ask(Throwable thrown, Function<Throwable, @Nullable T> question) {
    try {
      return question.apply(thrown);
    } catch (OutOfMemoryError fatal) {
      throw fatal;
    } catch (Throwable broken) {
      return null;
    }
  }
}
