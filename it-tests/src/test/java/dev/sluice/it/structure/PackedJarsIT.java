package dev.sluice.it.structure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Project;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the build has packed; a jar that lost its descriptor still works on the class path. */
class PackedJarsIT {
  private static final String PROVIDER = "dev.sluice.api.spi.TransportProvider";
  private static final String TOOL = "java.util.spi.ToolProvider";

  /** A published jar: what it says of itself. */
  record Published(Path jar, String name, Set<String> exports, Set<String> provides) {
    @Override
    public String toString() {
      return String.valueOf(jar.getFileName());
    }
  }

  static List<Published> published() {
    return List.of(
        published(
            "api", "dev.sluice.api", Set.of("dev.sluice.api", "dev.sluice.api.spi"), Set.of()),
        published(
            "engine",
            "dev.sluice.engine",
            Set.of("dev.sluice.engine", "dev.sluice.engine.registry", "dev.sluice.engine.transfer"),
            Set.of()),
        published("vmstate", "dev.sluice.vmstate", Set.of("dev.sluice.vmstate"), Set.of()),
        published("transport-file", "dev.sluice.transport.file", Set.of(), Set.of(PROVIDER)),
        published("transport-socket", "dev.sluice.transport.socket", Set.of(), Set.of(PROVIDER)),
        published(
            "transport-rdma-sim",
            "dev.sluice.transport.rdmasim",
            Set.of(
                "dev.sluice.transport.rdmasim.connection",
                "dev.sluice.transport.rdmasim.simulation",
                "dev.sluice.transport.rdmasim.stream",
                "dev.sluice.transport.rdmasim.verbs",
                "dev.sluice.transport.rdmasim.virtual"),
            Set.of(PROVIDER, TOOL)),
        published(
            "transport-tck",
            "dev.sluice.tck",
            Set.of(
                "dev.sluice.tck",
                "dev.sluice.tck.fault",
                "dev.sluice.tck.fixture",
                "dev.sluice.tck.memory"),
            Set.of(TOOL)),
        published("cli", "dev.sluice.cli", Set.of(), Set.of()));
  }

  private static Published published(
      String folder, String name, Set<String> exports, Set<String> provides) {
    return new Published(Project.jar(folder), name, exports, provides);
  }

  @ParameterizedTest
  @MethodSource("published")
  void jar_isAnExplicitModule(Published published) throws IOException {
    ModuleDescriptor module = descriptor(published.jar);

    assertFalse(module.isAutomatic(), "no module-info.class");
    assertEquals(published.name, module.name());
    assertEquals(Optional.of(Project.version()), module.rawVersion());
    try (JarFile jar = new JarFile(published.jar.toFile())) {
      assertNotNull(jar.getEntry("module-info.class"));
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void jar_exportsWhatIsPublicAndNoMore(Published published) {
    Set<String> exports =
        descriptor(published.jar).exports().stream()
            .filter(export -> !export.isQualified())
            .map(Exports::source)
            .collect(toCollection(TreeSet::new));

    assertEquals(published.exports, exports);
  }

  @ParameterizedTest
  @MethodSource("published")
  void jar_providesTheSameOnClassPathAndModulePath(Published published) throws IOException {
    TreeMap<String, List<String>> byModule = new TreeMap<>();
    for (ModuleDescriptor.Provides provides : descriptor(published.jar).provides()) {
      byModule.put(provides.service(), provides.providers().stream().sorted().toList());
    }

    assertEquals(services(published.jar), byModule);
    assertEquals(published.provides, byModule.keySet());
  }

  @Test
  void commandsPath_holdsEveryTransportOnce_andNoTestJar() {
    List<String> names =
        Project.runtimeJars().stream().map(jar -> descriptor(jar).name()).sorted().toList();

    assertEquals(List.copyOf(new TreeSet<>(names)), names, "a module twice");
    assertTrue(
        names.containsAll(
            List.of(
                "dev.sluice.api",
                "dev.sluice.cli",
                "dev.sluice.engine",
                "dev.sluice.transport.file",
                "dev.sluice.transport.rdmasim",
                "dev.sluice.transport.socket")),
        names::toString);
    // The conformance kit is a tool of the command, and JUnit runs it.
    assertTrue(names.contains("dev.sluice.tck"), names::toString);
  }

  @Test
  void command_seesTransportsAtRunTimeOnly() {
    Set<String> requires =
        descriptor(Project.jar("cli")).requires().stream()
            .map(ModuleDescriptor.Requires::name)
            .collect(toCollection(TreeSet::new));

    assertFalse(requires.stream().anyMatch(name -> name.contains("transport")), requires::toString);
    assertEquals(Optional.of("dev.sluice.cli.Main"), descriptor(Project.jar("cli")).mainClass());
  }

  private static ModuleDescriptor descriptor(Path jar) {
    return ModuleFinder.of(jar).findAll().stream()
        .map(ModuleReference::descriptor)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no module in " + jar));
  }

  private static Map<String, List<String>> services(Path file) throws IOException {
    TreeMap<String, List<String>> services = new TreeMap<>();
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : jar.stream().toList()) {
        String name = entry.getName();
        if (name.startsWith("META-INF/services/") && !entry.isDirectory()) {
          services.put(
              name.substring("META-INF/services/".length()),
              providers(jar, entry).sorted().toList());
        }
      }
    }
    return services;
  }

  private static Stream<String> providers(JarFile jar, JarEntry entry) throws IOException {
    String text = new String(jar.getInputStream(entry).readAllBytes(), UTF_8);
    return text.lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty());
  }
}
