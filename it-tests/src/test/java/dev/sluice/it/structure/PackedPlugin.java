package dev.sluice.it.structure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.support.Project;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Packs the jar of a plugin, as somebody who has only the packed jars would. */
final class PackedPlugin {
  /** What each provider has; the rest of a class is put where the schemes are told. */
  private static final String SOURCE =
      """
      package acme;

      import dev.sluice.api.*;
      import dev.sluice.api.spi.*;
      import java.io.IOException;
      import java.nio.ByteBuffer;
      import java.nio.channels.FileChannel;
      import java.nio.file.*;
      import java.util.*;

      /** Reads and writes files. */
      public final class Provider implements TransportProvider {
        @MEMBERS@

        @Override public int spiVersion() { return @SPI@; }

        @Override public List<Scheme> schemes() {
          return List.of(Scheme.named("@SCHEME@").target("FILE").doc(@DOC@).build());
        }

        @Override public TransportChannel connect(TransportAddress address, TransportContext context)
            throws IOException {
          return new Stored(address, Direction.WRITE,
              FileChannel.open(Path.of(address.target()), StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        }

        @Override public TransportListener listen(TransportAddress address, TransportContext context)
            throws IOException {
          Path path = Path.of(address.target());
          if (Files.notExists(path)) {
            throw new TransportException(
                TransportException.Kind.UNREACHABLE, path + " does not exist");
          }
          FileChannel file = FileChannel.open(path);
          return new SingleChannelListener(
              address, () -> new Stored(address, Direction.READ, file), file);
        }
      }

      class Stored extends AbstractTransportChannel {
        private final FileChannel file;

        Stored(TransportAddress address, Direction direction, FileChannel file) {
          super(ChannelInfo.named(address.toString()), direction, Set.of());
          this.file = file;
        }

        @Override protected long readInto(ByteBuffer[] targets, int offset, int length)
            throws IOException {
          return file.read(targets, offset, length);
        }

        @Override protected long writeFrom(ByteBuffer[] sources, int offset, int length)
            throws IOException {
          return file.write(sources, offset, length);
        }

        @Override protected void release(boolean completed) throws IOException {
          file.close();
        }
      }

      class Library {
        static String version() { return "@LIBRARY@"; }
      }
      """;

  private final Map<String, String> words =
      new TreeMap<>(
          Map.of(
              "@MEMBERS@", "",
              "@SPI@", "SPI_VERSION",
              "@SCHEME@", "acme.store",
              "@DOC@", "\"Files, \" + Library.version() + \".\"",
              "@LIBRARY@", "library 1"));

  private final Map<String, byte[]> entries = new TreeMap<>();
  private String service = "acme.Provider\n";
  private String omitted = "";
  private int javaVersion;

  /** Adds members to the provider. */
  PackedPlugin members(String text) {
    words.put("@MEMBERS@", text);
    return this;
  }

  PackedPlugin scheme(String name) {
    words.put("@SCHEME@", name);
    return this;
  }

  /** Sets the expression that gives the scheme's description. */
  PackedPlugin doc(String expression) {
    words.put("@DOC@", expression);
    return this;
  }

  PackedPlugin spiVersion(int version) {
    words.put("@SPI@", String.valueOf(version));
    return this;
  }

  PackedPlugin library(String version) {
    words.put("@LIBRARY@", version);
    return this;
  }

  PackedPlugin withoutService() {
    service = "";
    return this;
  }

  /** Leaves a class out. */
  PackedPlugin without(String name) {
    omitted = "acme/" + name + ".class";
    return this;
  }

  /** Says in each class file that it is for another Java. */
  PackedPlugin forJava(int version) {
    javaVersion = version;
    return this;
  }

  /** Makes a folder for plugins, which only its owner may write to, whatever the umask. */
  static Path folder(Path path) throws IOException {
    Files.createDirectory(path);
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path pack(Path jar) throws IOException {
    Path classes = Files.createTempDirectory(Project.scratch(), "plugin-");
    String source = SOURCE;
    for (Map.Entry<String, String> word : words.entrySet()) {
      source = source.replace(word.getKey(), word.getValue());
    }
    assertEquals(
        "",
        SourceCompiler.compile(
            classes,
            "Provider",
            source,
            List.of("-cp", SourceCompiler.path(List.of(Project.jar("api"))))));
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
        add(classes.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    if (!service.isEmpty()) {
      entries.put(
          "META-INF/services/dev.sluice.api.spi.TransportProvider", service.getBytes(UTF_8));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    Files.write(jar, bytes.toByteArray());
    return Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private void add(String name, byte[] bytes) {
    if (javaVersion != 0) {
      // The lower byte of the version of a class file, which is that of Java and 44.
      bytes[7] = (byte) (javaVersion + 44);
    }
    if (!name.equals(omitted)) {
      entries.put(name, bytes);
    }
  }
}
