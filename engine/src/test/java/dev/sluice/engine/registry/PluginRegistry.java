package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/** A registry of plugin folders, beside a host that serves the scheme {@code good}. */
final class PluginRegistry {
  private PluginRegistry() {}

  static TransportRegistry load(Path... folders) {
    return TransportRegistry.load(ServedServices.naming(SampleProviders.Good.class), folders);
  }

  /** Makes a folder that only its owner can change, whatever the umask. */
  static Path folder(Path path) throws IOException {
    return close(Files.createDirectory(path));
  }

  /** Takes the right to write from everybody but the owner. */
  static Path close(Path path) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    permissions.removeAll(
        Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
    return Files.setPosixFilePermissions(path, permissions);
  }

  /** Packs a plugin that works. */
  static Path pack(Path folder, String name) throws IOException {
    return new PluginJar()
        .provider("Works", "acme." + name, "")
        .service("com.acme.Works")
        .build(folder, name + ".jar", "1.2");
  }

  /** Returns the one failure. */
  static ProviderFailure onlyFailure(TransportRegistry registry) {
    List<ProviderFailure> failures = registry.failures();
    return failures.size() == 1 ? failures.getFirst() : fail("not one failure: " + failures);
  }

  static void assertSchemes(TransportRegistry registry, String... names) {
    assertEquals(
        List.of(names),
        registry.schemes().stream().map(InstalledScheme::name).toList(),
        () -> registry.failures().toString());
  }
}
