package dev.sluice.engine.plugin;

import dev.sluice.api.spi.TransportProvider;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plugin from its jars. It sees the JDK, and of the host only the packages
 * of {@code dev.sluice.api}; everything else is the plugin's own, so that plugins may carry
 * different versions of one library.
 *
 * <p>Not a {@link java.net.URLClassLoader}: that follows {@code Class-Path} entries to jars which
 * nobody has checked, passes in silence over jars that are damaged, and what is read through its
 * URLs leaves jars open in a cache.
 *
 * <h2>Ownership</h2>
 *
 * Whoever opened it closes it. What is not loaded by then cannot be loaded any more.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 */
public final class PluginLoader extends ClassLoader implements Closeable {
  static {
    registerAsParallelCapable();
  }

  private static final String API = "dev.sluice.api";

  private final List<OpenJar> jars;

  private PluginLoader(String name, List<OpenJar> jars) {
    super(name, getPlatformClassLoader());
    this.jars = List.copyOf(jars);
  }

  /**
   * Opens the jars of a plugin.
   *
   * @param plugin a jar, or a sub-folder
   * @throws PluginException if one cannot be read or is no jar, or if somebody else could change it
   */
  public static PluginLoader open(Path plugin) throws PluginException {
    List<OpenJar> jars = new ArrayList<>();
    try {
      for (Path jar : PluginFolder.jarsOf(plugin)) {
        jars.add(OpenJar.open(jar));
      }
      return new PluginLoader(String.valueOf(plugin.getFileName()), jars);
    } catch (PluginException failure) {
      close(jars);
      throw failure;
    }
  }

  /**
   * The platform's loader is not asked for everything: it knows all modules that Java was started
   * with, and would load the host's libraries where those are modules.
   */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    String packageName = packageOf(name);
    if (packageName.equals(API) || packageName.startsWith(API + ".")) {
      return TransportProvider.class.getClassLoader().loadClass(name);
    }
    if (JdkPackages.contains(packageName)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      @Nullable Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    for (OpenJar jar : jars) {
      Optional<JarEntry> entry = jar.find(file);
      if (entry.isPresent()) {
        return define(name, jar, entry.get());
      }
    }
    throw new ClassNotFoundException(name);
  }

  private Class<?> define(String name, OpenJar jar, JarEntry entry) {
    try {
      byte[] bytes = jar.read(entry);
      definePackage(packageOf(name), jar.attributes());
      return defineClass(name, bytes, 0, bytes.length, jar.domain());
    } catch (IOException | SecurityException damaged) {
      // Not a ClassNotFoundException: the class is there.
      throw new LinkageError("cannot read " + name + " in " + jar + ": " + damaged, damaged);
    }
  }

  private void definePackage(String name, Attributes attributes) {
    if (getDefinedPackage(name) != null) {
      return;
    }
    try {
      definePackage(
          name,
          attributes.getValue(Name.SPECIFICATION_TITLE),
          attributes.getValue(Name.SPECIFICATION_VERSION),
          attributes.getValue(Name.SPECIFICATION_VENDOR),
          attributes.getValue(Name.IMPLEMENTATION_TITLE),
          attributes.getValue(Name.IMPLEMENTATION_VERSION),
          attributes.getValue(Name.IMPLEMENTATION_VENDOR),
          null);
    } catch (IllegalArgumentException byAnotherThread) {
      // It has been defined meanwhile, which is all that is wanted.
      return;
    }
  }

  private static String packageOf(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }

  /** Returns a resource of the plugin itself, as the JDK may have one of this name as well. */
  @Override
  public @Nullable URL findResource(String name) {
    return urls(name).findFirst().orElse(null);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    return Collections.enumeration(urls(name).toList());
  }

  private Stream<URL> urls(String name) {
    return jars.stream().flatMap(jar -> jar.find(name).map(jar::url).stream());
  }

  /** Closes the jars. */
  @Override
  public void close() {
    close(jars);
  }

  private static void close(List<OpenJar> jars) {
    for (OpenJar jar : jars) {
      try {
        jar.close();
      } catch (IOException failure) {
        System.getLogger("dev.sluice.engine.plugin")
            .log(Level.DEBUG, "closing " + jar + " failed", failure);
      }
    }
  }

  @Override
  public String toString() {
    return "plugin " + getName();
  }
}
