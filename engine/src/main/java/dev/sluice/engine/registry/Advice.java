package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.util.ServiceConfigurationError;

/** What was thrown while a provider was loaded, and what to do about it, as text for people. */
final class Advice {
  private Advice() {}

  /** Returns what really happened: {@link java.util.ServiceLoader} wraps it. */
  static Throwable unwrapped(Throwable thrown) {
    return thrown instanceof ServiceConfigurationError && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  /** Returns what happened in one line; messages of the verifier have many. */
  static String reason(Throwable thrown) {
    Throwable telling =
        thrown instanceof ExceptionInInitializerError && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return telling.toString().lines().findFirst().orElseGet(() -> telling.getClass().getName());
  }

  /** Returns what to do about it. */
  static String on(Throwable thrown) {
    return switch (thrown) {
      case ClassNotFoundException _ ->
          "the jar's list of services names a class that is not there: a stale entry; rebuild the"
              + " jar from a clean tree";
      case NoSuchMethodException _ -> "the class needs a public constructor without parameters";
      case IllegalAccessException _ -> "the class must be public";
      case InstantiationException _ -> "the class must not be abstract";
      case ClassCastException _ ->
          "the class must implement the host's TransportProvider; a plugin must not bring its own"
              + " copy of dev.sluice.api";
      case UnsupportedClassVersionError _ ->
          "it was compiled for a newer Java than this one, which is "
              + Runtime.version().feature()
              + ": run a newer Java, or get a build for this one";
      case ExceptionInInitializerError _ ->
          "its static initialiser failed: report it to its author";
      case AbstractMethodError _ ->
          "it was compiled for an older SPI, the host has version "
              + TransportProvider.SPI_VERSION
              + ": get a newer build of it";
      case NoClassDefFoundError initialiser
          when initialiser.getCause() instanceof ExceptionInInitializerError ->
          "its static initialiser failed: report it to its author";
      case NoClassDefFoundError _ ->
          "a class that it needs is missing: add the jar it depends on beside it";
      case LinkageError _ ->
          "it, or a jar it depends on, is damaged or of another version than the one it was"
              + " compiled against";
      case IOException _ -> "the lists of services cannot be read: check the jars and folders";
      case ServiceConfigurationError _ -> "its list of services is broken: rebuild the jar";
      default -> "it must not fail when it is loaded: report it to its author";
    };
  }
}
