package dev.sluice.engine.registry;

import static dev.sluice.engine.registry.PluginRegistry.assertSchemes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin sees of the host, of its own jars, and of other plugins; and how that ends. */
@Timeout(60)
class PluginIsolationTest {
  @TempDir Path folder;

  /** Packs a plugin whose scheme says in its doc what some code of it returns. */
  private static PluginJar says(String name, String code) {
    return new PluginJar()
        .source(
            "com/acme/Says",
            """
            package com.acme;
            import dev.sluice.api.*;
            import dev.sluice.api.spi.*;
            import java.util.List;
            public final class Says implements TransportProvider {
              static String sees(String name) {
                try {
                  Class<?> type = Class.forName(name, true, Says.class.getClassLoader());
                  return type.getClassLoader() == Says.class.getClassLoader() ? "own" : "host's";
                } catch (ClassNotFoundException absent) {
                  return "absent";
                }
              }
              public int spiVersion() { return SPI_VERSION; }
              public List<Scheme> schemes() {
                return List.of(Scheme.named("acme.%s").doc(%s).build());
              }
              public TransportChannel connect(TransportAddress a, TransportContext c) {
                return Late.open();
              }
              public TransportListener listen(TransportAddress a, TransportContext c) {
                return null;
              }
            }
            class Late {
              static TransportChannel open() { return null; }
            }
            """
                .formatted(name, code))
        .service("com.acme.Says");
  }

  private static String docOf(TransportRegistry registry, String scheme) {
    return registry
        .find(scheme)
        .orElseThrow(() -> new AssertionError(registry.failures().toString()))
        .scheme()
        .doc();
  }

  private String said(PluginJar plugin) throws IOException {
    plugin.build(folder, "plugin.jar", "1");
    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      return docOf(registry, "acme.says");
    }
  }

  @Test
  void pluginsWithDifferentVersionsOfALibrary_workSideBySide() throws IOException {
    for (String version : List.of("1", "2")) {
      Path plugin = PluginRegistry.folder(folder.resolve("plugin" + version));
      String library =
          "package com.lib; public class Version { public static final String OF ="
              + " String.valueOf(\""
              + version
              + "\"); }";
      says("v" + version, "com.lib.Version.OF")
          .source("com/lib/Version", library)
          .without("com/lib/Version")
          .build(plugin, "plugin.jar", version);
      new PluginJar().source("com/lib/Version", library).build(plugin, "lib.jar", version);
    }

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertEquals("1", docOf(registry, "acme.v1"));
      assertEquals("2", docOf(registry, "acme.v2"));
      assertSchemes(registry, "acme.v1", "acme.v2", "good");
    }
  }

  @Test
  void jarsBesideEachOther_doNotSeeEachOther() throws IOException {
    new PluginJar()
        .source("com/lib/Version", "package com.lib; public class Version {}")
        .build(folder, "lib.jar", "1");

    assertEquals("absent", said(says("says", "sees(\"com.lib.Version\")")));
  }

  @Test
  void libraryOfTheHost_isNotSeen() throws IOException {
    assertEquals("absent", said(says("says", "sees(\"com.google.common.collect.ImmutableList\")")));
  }

  @Test
  void engine_isNotSeen() throws IOException {
    assertEquals("absent", said(says("says", "sees(\"dev.sluice.engine.ChannelInput\")")));
  }

  @Test
  void jdk_isSeen_whateverLoadsIt() throws IOException {
    assertEquals("host's", said(says("says", "sees(\"com.sun.source.tree.Tree\")")));
  }

  @Test
  void copyOfTheApi_isPassedOver() throws IOException {
    // As a fat jar has it, and a damaged one at that.
    assertEquals(
        "host's",
        said(
            says("says", "sees(\"dev.sluice.api.spi.Scheme\")")
                .resource("dev/sluice/api/spi/Scheme.class", "not a class")
                .resource("dev/sluice/api/spi/TransportProvider.class", "not a class")));
  }

  @Test
  void moduleOfTheJdkThatWasNotStarted_isNamed() {
    ProviderFailure failure =
        ProviderFailure.thrown(
            Optional.empty(),
            Optional.empty(),
            new Origin("plugin.jar"),
            ProviderFailure.Stage.INSTANTIATE,
            new NoClassDefFoundError("jdk/incubator/vector/Vector"));

    assertTrue(
        failure.advice().endsWith("add --add-modules=jdk.incubator.vector"), failure.advice());
  }

  @Test
  void resource_isTheOwn_andItsUrlReadsIt() throws IOException {
    String members =
        """
        package com.acme;
        public final class Reads {
          public static String it() {
            try (java.io.InputStream in = Reads.class.getResourceAsStream("/a b/%20ü.txt")) {
              return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            } catch (java.io.IOException failure) {
              throw new java.io.UncheckedIOException(failure);
            }
          }
        }
        """;
    assertEquals(
        "text of its own",
        said(
            says("says", "Reads.it()")
                .source("com/acme/Reads", members)
                .resource("a b/%20ü.txt", "text of its own")));
  }

  @Test
  void resource_hasTheUrlThatTheJdkUnderstands() throws IOException {
    Path jar = says("says", "\"\"").resource("a b/%20ü.txt", "text").build(folder, "p.jar", "1");
    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      Class<?> plugin = registry.provider(TransportAddress.parse("acme.says:x")).getClass();
      URL url = plugin.getResource("/a b/%20ü.txt");

      assertEquals("jar:" + jar.toUri() + "!/a%20b/%2520%C3%BC.txt", asciiOf(url));
      URL parsedAgain = URI.create(asciiOf(url)).toURL();
      URLConnection connection = parsedAgain.openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        assertEquals("text", new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  private static String asciiOf(URL url) {
    return URI.create(url.toString()).toASCIIString();
  }

  @Test
  void close_closesTheJars_andEndsTheLoading() throws Exception {
    Path jar = says("says", "\"\"").build(folder, "p.jar", "1");
    TransportRegistry registry = PluginRegistry.load(folder);
    TransportProvider provider = registry.provider(TransportAddress.parse("acme.says:x"));
    URL url = provider.getClass().getResource("/META-INF/MANIFEST.MF");
    assertTrue(openFiles().contains(jar.toRealPath()), () -> "not open at all: " + openFiles());

    registry.close();

    assertFalse(openFiles().contains(jar.toRealPath()), () -> openFiles().toString());
    assertThrows(
        NoClassDefFoundError.class,
        () -> provider.connect(TransportAddress.parse("acme.says:x"), TransportContext.defaults()));
    assertThrows(IOException.class, url::openStream);
    assertEquals(null, provider.getClass().getResource("/META-INF/MANIFEST.MF"));
    assertSchemes(registry, "acme.says", "good");
  }

  @Test
  void brokenPlugin_leavesNoJarOpen() throws Exception {
    Path plugin = PluginRegistry.folder(folder.resolve("plugin"));
    says("says", "\"\"").build(plugin, "a.jar", "1");
    PluginRegistry.close(Files.writeString(plugin.resolve("b.jar"), "no jar"));

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertEquals(1, registry.failures().size());
      assertFalse(
          openFiles().stream().anyMatch(file -> file.startsWith(folder)),
          () -> openFiles().toString());
    }
  }

  private static List<Path> openFiles() {
    List<Path> open = new ArrayList<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          open.add(Files.readSymbolicLink(descriptor));
        } catch (NoSuchFileException closedMeanwhile) {
          // Nothing to see there any more.
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return open;
  }

  @Test
  void failureInAPluginsCode_isNotTheHosts() throws IOException {
    says("says", "\"\"").build(folder, "p.jar", "1");
    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      TransportException thrown =
          assertThrows(TransportException.class, () -> registry.connect("acme.says:x"));

      assertTrue(String.valueOf(thrown.getMessage()).contains("returned null"), thrown::getMessage);
    }
  }
}
