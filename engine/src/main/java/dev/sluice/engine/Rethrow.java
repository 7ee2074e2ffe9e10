package dev.sluice.engine;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells a kept error again, as a new exception of the same class and kind that is caused by the
 * kept one. Throwing the same instance twice breaks try-with-resources: an exception cannot be
 * attached to itself.
 */
final class Rethrow {
  private static final MethodHandles.Lookup PUBLIC = MethodHandles.publicLookup();

  /** Of the constructors that exceptions usually have, the longest first. */
  private static final List<Class<?>> PARAMETERS = List.of(String.class, Throwable.class);

  private Rethrow() {}

  /** Returns the new exception; throws it instead where it is unchecked. */
  static IOException again(Throwable kept) {
    if (kept instanceof TruncatedStreamException truncated) {
      return truncated.again();
    }
    if (kept instanceof TransportException transport) {
      return new TransportException(
          transport.kind(), message(kept), transport.hint().orElse(null), kept);
    }
    return switch (copy(kept)) {
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      case IOException io -> io;
      case null, default -> new TransportException(Kind.IO, kept.toString(), kept);
    };
  }

  /** Makes one of the class, or of the nearest superclass that has a plain public constructor. */
  private static @Nullable Throwable copy(Throwable kept) {
    for (Class<?> type = kept.getClass(); type != Throwable.class; type = superOf(type)) {
      Throwable copy = construct(type, kept);
      if (copy != null) {
        return copy;
      }
    }
    return null;
  }

  private static Class<?> superOf(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    return parent == null ? Throwable.class : parent;
  }

  private static @Nullable Throwable construct(Class<?> type, Throwable kept) {
    List<Object> arguments = List.of(message(kept), kept);
    for (int count = arguments.size(); count >= 0; count--) {
      try {
        MethodType signature = MethodType.methodType(void.class, PARAMETERS.subList(0, count));
        Throwable copy =
            (Throwable)
                PUBLIC
                    .findConstructor(type, signature)
                    .invokeWithArguments(arguments.subList(0, count));
        return copy.getCause() == null ? copy.initCause(kept) : copy;
      } catch (Throwable noSuchConstructor) {
        // the next shorter one
      }
    }
    return null;
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
