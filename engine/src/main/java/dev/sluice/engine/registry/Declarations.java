package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The providers that module descriptors and service files name, in the order in which {@link
 * java.util.ServiceLoader} visits them; for finding the culprit of an error that names only the
 * class it misses. For one thread.
 */
final class Declarations {
  /** Where a jar names its providers. */
  static final String SERVICE_FILE = "META-INF/services/" + TransportProvider.class.getName();

  /** A provider's name in a module descriptor or service file of a jar or folder. */
  private record Declaration(String className, Optional<String> location, boolean inServiceFile) {}

  /** A provider that cannot be loaded, and why. */
  record Culprit(String className, Optional<String> location, Throwable cause) {}

  private final ClassLoader loader;
  private final Set<String> blamed = new HashSet<>();

  /** Read when the first provider fails: as a rule none does. */
  private @Nullable List<Declaration> declarations;

  Declarations(ClassLoader loader) {
    this.loader = loader;
  }

  /** Returns a provider that cannot be loaded, each once; empty when all are told. */
  Optional<Culprit> nextCulprit() {
    if (declarations == null) {
      declarations = Stream.concat(inModules(), inServiceFiles()).toList();
    }
    for (Declaration declaration : declarations) {
      if (!blamed.contains(declaration.className)) {
        try {
          probe(declaration);
        } catch (Throwable cause) {
          Fatal.rethrow(cause);
          blamed.add(declaration.className);
          return Optional.of(new Culprit(declaration.className, declaration.location, cause));
        }
      }
    }
    return Optional.empty();
  }

  /** Does what the service loader does before it calls the constructor, and fails as it does. */
  private void probe(Declaration declaration) throws ReflectiveOperationException {
    String className = declaration.className;
    if (!className.chars().allMatch(c -> c == '.' || Character.isJavaIdentifierPart(c))) {
      throw new ServiceConfigurationError("'" + className + "' is not the name of a class");
    }
    Class<?> type = Class.forName(className, false, loader);
    if (declaration.inServiceFile ? type.getModule().isNamed() : hasProviderMethod(type)) {
      return;
    }
    if (!TransportProvider.class.isAssignableFrom(type)) {
      throw new ServiceConfigurationError(
          className + " is not a " + TransportProvider.class.getName());
    }
    var _ = type.getConstructor();
  }

  /** In a named module this takes the place of the constructor. */
  private static boolean hasProviderMethod(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .anyMatch(
            method ->
                method.getName().equals("provider")
                    && method.getParameterCount() == 0
                    && Modifier.isStatic(method.getModifiers()));
  }

  private Stream<Declaration> inModules() {
    Set<@Nullable ClassLoader> visible = new HashSet<>();
    for (@Nullable ClassLoader l = loader; l != null; l = l.getParent()) {
      visible.add(l);
    }
    @Nullable ModuleLayer own = Declarations.class.getModule().getLayer();
    return withParents(own == null ? ModuleLayer.boot() : own)
        .flatMap(layer -> layer.modules().stream())
        .filter(module -> visible.contains(module.getClassLoader()))
        .flatMap(Declarations::providedBy);
  }

  private static Stream<ModuleLayer> withParents(ModuleLayer layer) {
    return Stream.concat(
        Stream.of(layer), layer.parents().stream().flatMap(Declarations::withParents));
  }

  private static Stream<Declaration> providedBy(Module module) {
    return module.getDescriptor().provides().stream()
        .filter(provides -> provides.service().equals(TransportProvider.class.getName()))
        .flatMap(provides -> provides.providers().stream())
        .map(className -> new Declaration(className, locationOf(module), false));
  }

  private static Optional<String> locationOf(Module module) {
    return module
        .getLayer()
        .configuration()
        .findModule(module.getName())
        .flatMap(resolved -> resolved.reference().location())
        .map(uri -> Location.of(uri.toString()));
  }

  private Stream<Declaration> inServiceFiles() {
    List<Declaration> found = new ArrayList<>();
    try {
      for (URL file : Collections.list(loader.getResources(SERVICE_FILE))) {
        Optional<String> location = Optional.of(Location.of(file, SERVICE_FILE));
        for (String className : namesIn(file)) {
          found.add(new Declaration(className, location, true));
        }
      }
    } catch (IOException | RuntimeException unreadable) {
      // The service loader meets the same failure, and that one is reported.
      System.getLogger("dev.sluice.engine.registry")
          .log(Level.DEBUG, "the service files cannot be read", unreadable);
    }
    return found.stream();
  }

  private static List<String> namesIn(URL file) throws IOException {
    URLConnection connection = file.openConnection();
    // A cached jar would stay open after its class loader is closed.
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(name -> !name.isEmpty())
          .toList();
    }
  }
}
