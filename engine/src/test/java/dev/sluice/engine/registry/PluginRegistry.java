package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A registry of plugin folders, beside a host that serves the scheme {@code good}. */
final class PluginRegistry {
  private PluginRegistry() {}

  static TransportRegistry load(Path... folders) {
    return TransportRegistry.load(ServedServices.naming(SampleProviders.Good.class), folders);
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
