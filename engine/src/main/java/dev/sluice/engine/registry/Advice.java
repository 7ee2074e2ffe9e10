package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.plugin.JdkPackages;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.io.IOException;
import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What was thrown while a provider was loaded, and what to do about it, as text for people. */
final class Advice {
  private static final String INITIALISER_FAILED =
      "its static initialiser failed: report it to its author";

  private static final Pattern CLASS_VERSION = Pattern.compile("class file version (\\d+)");

  /** The version of class files is that of Java and so much. */
  private static final int JAVA_0 = 44;

  private Advice() {}

  /** Returns what really happened: {@link java.util.ServiceLoader} wraps it. */
  static Throwable unwrapped(Throwable thrown) {
    return thrown instanceof ServiceConfigurationError ? causeOrItself(thrown) : thrown;
  }

  /** Returns what happened in one line; messages of the verifier have many. */
  static String reason(Throwable thrown) {
    Throwable telling =
        thrown instanceof ExceptionInInitializerError ? causeOrItself(thrown) : thrown;
    return Telling.textOf(telling).lines().findFirst().orElseThrow();
  }

  private static Throwable causeOrItself(Throwable thrown) {
    @Nullable Throwable cause = Telling.causeOf(thrown);
    return cause == null ? thrown : cause;
  }

  /** Returns what to do about it; a constructor may throw the same as the search for it. */
  static String on(Origin origin, Stage stage, Throwable thrown) {
    return switch (thrown) {
      case LinkageError linkage -> onLinkage(origin, linkage);
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
  static String onLinkage(Origin origin, LinkageError thrown) {
    return switch (thrown) {
      case UnsupportedClassVersionError unsupported -> onClassVersion(unsupported);
      case ExceptionInInitializerError _ -> INITIALISER_FAILED;
      case NoClassDefFoundError again
          when Telling.causeOf(again) instanceof ExceptionInInitializerError ->
          INITIALISER_FAILED;
      case NoClassDefFoundError missing -> onMissing(origin, missing);
      case AbstractMethodError _ ->
          "it was compiled for an older SPI, the host has version "
              + TransportProvider.SPI_VERSION
              + ": get a newer build of it";
      default ->
          "it, or a jar it depends on, is damaged or of another version than the one it was"
              + " compiled against";
    };
  }

  private static String onClassVersion(UnsupportedClassVersionError thrown) {
    Matcher version = CLASS_VERSION.matcher(String.valueOf(Telling.messageOf(thrown)));
    int own = Runtime.version().feature();
    int wanted = version.find() ? Integer.parseInt(version.group(1)) - JAVA_0 : own;
    return wanted > own
        ? "it was compiled for Java %d, and this is Java %d: run a newer one, or get a build for this"
            .formatted(wanted, own)
        : "it was compiled with preview features of Java " + wanted + ": get a build without";
  }

  private static String onMissing(Origin origin, NoClassDefFoundError thrown) {
    String name = String.valueOf(Telling.messageOf(thrown));
    String packageName = name.substring(0, Math.max(0, name.lastIndexOf('/'))).replace('/', '.');
    return JdkPackages.absentModuleOf(packageName)
        .map(
            module ->
                "it needs a module of the JDK that this Java was started without: add"
                    + " --add-modules="
                    + module)
        .orElse(
            origin.isHost()
                ? "a class that it needs is missing: add the jar it depends on beside it"
                : "a class that it needs is missing: put it and the jars it depends on into a"
                    + " sub-folder of their own; of the host, a plugin sees dev.sluice.api only");
  }
}
