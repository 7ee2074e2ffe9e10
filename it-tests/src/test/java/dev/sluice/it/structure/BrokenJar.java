package dev.sluice.it.structure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.support.Project;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Jars with a transport provider that cannot be used, each for another reason. */
enum BrokenJar {
  /** The services file names a class that is not there; on the module path the JVM refuses it. */
  ABSENT_CLASS("", false),
  /** A class it needs is not there, as if a library had been forgotten. */
  ABSENT_LIBRARY(
      """
      package broken;
      public final class Provider extends Missing implements dev.sluice.api.spi.TransportProvider {
        %s
      }
      class Missing {}
      """,
      true),
  /** Its constructor throws. */
  THROWING(
      """
      package broken;
      public final class Provider implements dev.sluice.api.spi.TransportProvider {
        public Provider() { throw new IllegalStateException("no licence key in the desk drawer"); }
        %s
      }
      """,
      true),
  /** Its static initialiser throws. */
  FAILING_INITIALISER(
      """
      package broken;
      public final class Provider implements dev.sluice.api.spi.TransportProvider {
        static final int ZERO = 0;
        static final int NONE = 1 / Integer.valueOf(ZERO);
        %s
      }
      """,
      true);

  private static final String BODY =
      """
      @Override public int spiVersion() { return SPI_VERSION; }
        @Override public java.util.List<dev.sluice.api.spi.Scheme> schemes() {
          return java.util.List.of();
        }
        @Override public dev.sluice.api.TransportChannel connect(
            dev.sluice.api.TransportAddress address, dev.sluice.api.spi.TransportContext context) {
          throw new UnsupportedOperationException();
        }
        @Override public dev.sluice.api.TransportListener listen(
            dev.sluice.api.TransportAddress address, dev.sluice.api.spi.TransportContext context) {
          throw new UnsupportedOperationException();
        }
      """;

  private final String source;
  private final boolean startsAsModule;

  BrokenJar(String source, boolean startsAsModule) {
    this.source = source;
    this.startsAsModule = startsAsModule;
  }

  /** Returns whether the JVM starts with it on the module path. */
  boolean startsAsModule() {
    return startsAsModule;
  }

  /** Makes the jar in a folder. */
  Path make(Path folder) throws IOException {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    if (!source.isEmpty()) {
      String said =
          SourceCompiler.compile(
              classes,
              "Provider",
              source.formatted(BODY),
              List.of("-cp", SourceCompiler.path(Project.runtimeJars())));
      assertEquals("", said);
      Files.deleteIfExists(classes.resolve("broken/Missing.class"));
    }
    Path jar =
        folder.resolve("broken-" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        entries.write(Files.readAllBytes(file));
      }
      entries.putNextEntry(new JarEntry("META-INF/services/dev.sluice.api.spi.TransportProvider"));
      entries.write("broken.Provider\n".getBytes(UTF_8));
    }
    return jar;
  }
}
