package dev.sluice.engine;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Tells a kept error again, as a new exception of the same class and kind that is caused by the
 * kept one. Throwing the same instance twice breaks try-with-resources: an exception cannot be
 * attached to itself.
 */
final class Rethrow {
  private static final MethodHandles.Lookup PUBLIC = MethodHandles.publicLookup();

  private Rethrow() {}

  /** Returns the new exception; throws it instead where it is unchecked. */
  static IOException again(Throwable kept) {
    if (kept instanceof TruncatedStreamException truncated) {
      return truncated.again();
    }
    if (kept instanceof RuntimeException) {
      Throwable copy = sameClass(kept, RuntimeException.class);
      throw copy instanceof RuntimeException unchecked ? unchecked : new RuntimeException(kept);
    }
    if (kept instanceof IOException
        && kept.getClass() != TransportException.class
        && sameClass(kept, IOException.class) instanceof IOException copy) {
      return copy;
    }
    return new TransportException(
        TransportException.kindOf(kept),
        kept instanceof IOException ? message(kept) : kept.toString(),
        kept instanceof TransportException transport ? transport.hint().orElse(null) : null,
        kept);
  }

  /** Makes one of the class, or of the nearest superclass that has a plain public constructor. */
  private static @Nullable Throwable sameClass(Throwable kept, Class<?> atMost) {
    for (Class<?> type = kept.getClass(); type != atMost.getSuperclass(); type = superOf(type)) {
      Throwable copy = construct(type, kept);
      if (copy != null) {
        return copy;
      }
    }
    return null;
  }

  private static Class<?> superOf(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    return parent == null ? Object.class : parent;
  }

  private static @Nullable Throwable construct(Class<?> type, Throwable kept) {
    try {
      Throwable copy =
          (Throwable)
              PUBLIC
                  .findConstructor(type, MethodType.methodType(void.class, String.class))
                  .invoke(message(kept));
      return copy.initCause(kept);
    } catch (Throwable noSuchConstructor) {
      try {
        Throwable copy =
            (Throwable) PUBLIC.findConstructor(type, MethodType.methodType(void.class)).invoke();
        return copy.initCause(kept);
      } catch (Throwable neither) {
        return null;
      }
    }
  }

  private static String message(Throwable kept) {
    return kept.getMessage() == null ? kept.toString() : kept.getMessage();
  }

  /** Returns an exception that callers of a half-channel may see, for any cause. */
  static IOException asIoException(Throwable cause) {
    return cause instanceof IOException io
        ? io
        : new TransportException(Kind.IO, cause.toString(), cause);
  }
}
