package dev.sluice.engine.registry;

import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where code lies and which version it is, as text for people. */
final class Location {
  private Location() {}

  /** Returns the jar or folder of a class; empty for classes made at run time. */
  static Optional<String> of(Class<?> type) {
    @Nullable CodeSource source = type.getProtectionDomain().getCodeSource();
    return Optional.ofNullable(source)
        .map(CodeSource::getLocation)
        .map(URL::toString)
        .map(Location::of);
  }

  /** Returns the jar or folder that holds a resource. */
  static String of(URL resource, String name) {
    String container = resource.toString().replaceFirst("!?/" + name + "$", "");
    return of(container.startsWith("jar:") ? container.substring("jar:".length()) : container);
  }

  /** Returns a path where the URI is that of a file, else the URI as it is. */
  static String of(String uri) {
    if (uri.startsWith("file:")) {
      try {
        return Path.of(URI.create(uri)).toString();
      } catch (IllegalArgumentException notAPath) {
        return uri;
      }
    }
    return uri;
  }

  /** Returns the version of a class's module or jar. */
  static Optional<String> versionOf(Class<?> type) {
    @Nullable ModuleDescriptor module = type.getModule().getDescriptor();
    return module != null
        ? module.rawVersion()
        : Optional.ofNullable(type.getPackage()).map(Package::getImplementationVersion);
  }
}
