package dev.sluice.tck.contract;

import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Has the classes of a provider's jar or folder once more, as a plugin's class loader has: only the
 * API, and what lies elsewhere, is that of the host.
 */
final class OwnClassLoader extends URLClassLoader {
  private static final String SHARED = TransportProvider.class.getPackageName().replace(".spi", "");
  private static final String SERVICES = "META-INF/services/" + TransportProvider.class.getName();

  private final Class<?> provider;

  private OwnClassLoader(URL location, Class<?> provider) {
    super("tck-plugin", new URL[] {location}, provider.getClassLoader());
    this.provider = provider;
  }

  /** Returns the loader; empty where the classes do not come out of a jar or a folder. */
  static Optional<OwnClassLoader> of(Class<?> provider) {
    return Optional.ofNullable(provider.getProtectionDomain().getCodeSource())
        .map(CodeSource::getLocation)
        .filter(location -> location.getProtocol().equals("file"))
        .map(location -> new OwnClassLoader(location, provider));
  }

  TransportProvider newProvider() throws ReflectiveOperationException {
    return loadClass(provider.getName())
        .asSubclass(TransportProvider.class)
        .getConstructor()
        .newInstance();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      boolean isOwn =
          !name.startsWith(SHARED + ".") && findResource(name.replace('.', '/') + ".class") != null;
      if (!isOwn) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  /** Returns whether the jar or folder names the provider for the class path. */
  boolean namesService() throws IOException {
    URL file = findResource(SERVICES);
    if (file == null) {
      return false;
    }
    try (InputStream content = file.openStream()) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceAll("#.*", "").strip())
          .anyMatch(provider.getName()::equals);
    }
  }

  /** Returns the module descriptor of the jar or folder, where it is a module. */
  Optional<ModuleDescriptor> module() throws IOException {
    URL file = findResource("module-info.class");
    if (file == null) {
      return Optional.empty();
    }
    try (InputStream content = file.openStream()) {
      return Optional.of(ModuleDescriptor.read(content));
    }
  }
}
