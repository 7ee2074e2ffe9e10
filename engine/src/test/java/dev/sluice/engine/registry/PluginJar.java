package dev.sluice.engine.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.spi.TransportProvider;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/** Compiles sources into a jar, as a plugin's author would, or with what can go wrong there. */
final class PluginJar {
  private final List<JavaFileObject> sources = new ArrayList<>();
  private final Map<String, byte[]> resources = new TreeMap<>();
  private final Set<String> omitted = new HashSet<>();
  private int classVersion;
  private boolean hasPreviewFeatures;

  /** Adds a provider of package com.acme that serves one scheme. */
  PluginJar provider(String name, String scheme, String members) {
    return provider("com.acme", name, scheme, "implements TransportProvider", members);
  }

  PluginJar provider(
      String packageName, String name, String scheme, String parents, String members) {
    return source(
        packageName.replace('.', '/') + "/" + name,
        """
        package %s;

        import dev.sluice.api.*;
        import dev.sluice.api.spi.*;
        import java.util.List;

        public final class %s %s {
          %s
          public int spiVersion() { return TransportProvider.SPI_VERSION; }
          public List<Scheme> schemes() { return List.of(Scheme.named("%s").build()); }
          public TransportChannel connect(TransportAddress a, TransportContext c) {
            toString();
            return null;
          }
          public TransportListener listen(TransportAddress a, TransportContext c) {
            return null;
          }
        }
        """
            .formatted(packageName, name, parents, members, scheme));
  }

  PluginJar source(String path, String text) {
    sources.add(
        new SimpleJavaFileObject(
            URI.create("string:///" + path + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        });
    return this;
  }

  /** Names classes in the jar's service file. */
  PluginJar service(String... lines) {
    resources.put(ServedServices.SERVICE_FILE, String.join("\n", lines).getBytes(UTF_8));
    return this;
  }

  /** Adds a file that is no class. */
  PluginJar resource(String path, String text) {
    resources.put(path, text.getBytes(UTF_8));
    return this;
  }

  /** Leaves a compiled class out of the jar. */
  PluginJar without(String path) {
    omitted.add(path + ".class");
    return this;
  }

  /** Says in each class file that it needs another Java. */
  PluginJar classVersion(int version) {
    classVersion = version;
    return this;
  }

  /** Says in each class file that it was compiled with preview features. */
  PluginJar withPreviewFeatures() {
    hasPreviewFeatures = true;
    return this;
  }

  /**
   * Compiles and packs; the class path is the api, or the module path if there is a module-info.
   */
  Path build(Path folder, String fileName, String implementationVersion) throws IOException {
    Path classes = Files.createTempDirectory(folder, ".classes");
    boolean modular = sources.stream().anyMatch(s -> s.getName().endsWith("module-info.java"));
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            classes.toString(),
            modular ? "--module-path" : "--class-path",
            codeOf(TransportProvider.class) + File.pathSeparator + codeOf(NullMarked.class));
    if (!sources.isEmpty()
        && !ToolProvider.getSystemJavaCompiler()
            .getTask(null, null, null, options, null, sources)
            .call()) {
      throw new AssertionError("does not compile");
    }
    try (Stream<Path> files = Files.walk(classes)) {
      files.filter(Files::isRegularFile).forEach(file -> add(classes, file));
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, implementationVersion);
    Path jar = folder.resolve(fileName);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Map.Entry<String, byte[]> resource : resources.entrySet()) {
        out.putNextEntry(new JarEntry(resource.getKey()));
        out.write(resource.getValue());
      }
    }
    return PluginRegistry.close(jar);
  }

  /** Returns the jar or folder of a class. */
  static Path codeOf(Class<?> type) {
    return Path.of(Location.of(type).orElseThrow());
  }

  private void add(Path classes, Path file) {
    String name = classes.relativize(file).toString();
    if (omitted.contains(name)) {
      return;
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (classVersion != 0) {
        // Bytes 6 and 7 of a class file are its major version.
        bytes[7] = (byte) classVersion;
      }
      if (hasPreviewFeatures) {
        // Bytes 4 and 5 are its minor version.
        bytes[4] = bytes[5] = (byte) 0xff;
      }
      resources.put(name, bytes);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
