package dev.sluice.engine.plugin;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which packages belong to the JDK. */
public final class JdkPackages {
  private static final Set<String> STARTED =
      ModuleLayer.boot().modules().stream()
          .map(Module::getDescriptor)
          .filter(JdkPackages::isOfTheJdk)
          .flatMap(module -> module.packages().stream())
          .collect(Collectors.toUnmodifiableSet());

  private JdkPackages() {}

  /** Returns whether a package is in a module of the JDK that this Java was started with. */
  static boolean contains(String packageName) {
    return STARTED.contains(packageName);
  }

  /**
   * Returns the module of the JDK that has a package, where this Java was started without it.
   *
   * @param packageName the package
   */
  public static Optional<String> absentModuleOf(String packageName) {
    return STARTED.contains(packageName)
        ? Optional.empty()
        : ModuleFinder.ofSystem().findAll().stream()
            .map(module -> module.descriptor())
            .filter(JdkPackages::isOfTheJdk)
            .filter(module -> module.packages().contains(packageName))
            .map(ModuleDescriptor::name)
            .findFirst();
  }

  /** By name: an image made with jlink has the host's modules among those of the system. */
  private static boolean isOfTheJdk(ModuleDescriptor module) {
    return module.name().startsWith("java.") || module.name().startsWith("jdk.");
  }
}
