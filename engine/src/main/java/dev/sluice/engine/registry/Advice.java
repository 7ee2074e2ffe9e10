package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.io.IOException;
import java.util.ServiceConfigurationError;

/** What was thrown while a provider was loaded, and what to do about it, as text for people. */
final class Advice {
  private static final String INITIALISER_FAILED =
      "its static initialiser failed: report it to its author";

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

  /** Returns what to do about it; a constructor may throw the same as the search for it. */
  static String on(Stage stage, Throwable thrown) {
    return switch (thrown) {
      case LinkageError linkage -> onLinkage(linkage);
      case ClassNotFoundException _ when stage == Stage.LOCATE ->
          "the jar's list of services names a class that is not there: a stale entry; rebuild the"
              + " jar from a clean tree";
      case NoSuchMethodException _ when stage == Stage.LOCATE ->
          "the class needs a public constructor without parameters";
      case IOException _ when stage == Stage.LOCATE ->
          "the lists of services cannot be read: check the jars and folders";
      case ServiceConfigurationError _ when stage == Stage.LOCATE ->
          "its list of services is wrong, or it brings its own copy of dev.sluice.api: rebuild the"
              + " jar";
      case IllegalAccessException _ when stage == Stage.INSTANTIATE -> "the class must be public";
      case InstantiationException _ when stage == Stage.INSTANTIATE ->
          "the class must not be abstract";
      default -> "it must not fail when it is loaded: report it to its author";
    };
  }

  /** Returns what to do about classes that do not fit together. */
  static String onLinkage(LinkageError thrown) {
    return switch (thrown) {
      case UnsupportedClassVersionError _ ->
          "it was compiled for a newer Java than this one, which is "
              + Runtime.version().feature()
              + ": run a newer Java, or get a build for this one";
      case ExceptionInInitializerError _ -> INITIALISER_FAILED;
      case NoClassDefFoundError again
          when again.getCause() instanceof ExceptionInInitializerError ->
          INITIALISER_FAILED;
      case NoClassDefFoundError _ ->
          "a class that it needs is missing: add the jar it depends on beside it";
      case AbstractMethodError _ ->
          "it was compiled for an older SPI, the host has version "
              + TransportProvider.SPI_VERSION
              + ": get a newer build of it";
      default ->
          "it, or a jar it depends on, is damaged or of another version than the one it was"
              + " compiled against";
    };
  }
}
