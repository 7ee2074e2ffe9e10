package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine, api and transports as named modules, in a layer of their own. */
@Timeout(60)
class ModulePathTest {
  @TempDir Path folder;

  /** The public methods of a registry that is not of the class this test sees. */
  private static final class Registry {
    final Class<?> type;
    private final Object registry;

    Registry(ModuleLayer layer, ClassLoader host, Path... plugins)
        throws ReflectiveOperationException {
      type = layer.findLoader("dev.sluice.engine").loadClass(TransportRegistry.class.getName());
      registry =
          type.getMethod("load", ClassLoader.class, Path[].class).invoke(null, host, plugins);
    }

    List<String> texts(String method) throws ReflectiveOperationException {
      return ((List<?>) type.getMethod(method).invoke(registry))
          .stream().map(Object::toString).toList();
    }
  }

  private static ModuleLayer layerWith(Path... transports) {
    List<Path> paths =
        new ArrayList<>(
            List.of(
                PluginJar.codeOf(TransportProvider.class),
                PluginJar.codeOf(TransportRegistry.class),
                PluginJar.codeOf(ImmutableList.class),
                PluginJar.codeOf(InternalFutureFailureAccess.class),
                PluginJar.codeOf(NullMarked.class)));
    paths.addAll(List.of(transports));
    ModuleLayer boot = ModuleLayer.boot();
    return boot.defineModulesWithOneLoader(
        boot.configuration()
            .resolveAndBind(
                ModuleFinder.of(paths.toArray(Path[]::new)),
                ModuleFinder.of(),
                Set.of("dev.sluice.engine")),
        ClassLoader.getPlatformClassLoader());
  }

  private Path goodModule(String members) throws IOException {
    return new PluginJar()
        .source(
            "module-info",
            """
            module com.acme.good {
              requires dev.sluice.api;
              provides dev.sluice.api.spi.TransportProvider with com.acme.good.Good;
            }
            """)
        .provider("com.acme.good", "Good", "acme.good", "implements TransportProvider", members)
        .build(folder, "good.jar", "1.2");
  }

  /** Without a module-info: the module's name and version are those of the file. */
  private Path brokenAutomaticModule() throws IOException {
    return new PluginJar()
        .provider("Broken", "acme.broken", "public Broken() {} public Broken(Wire wire) {}")
        .source("com/acme/Wire", "package com.acme; public class Wire {}")
        .service("com.acme.Broken")
        .without("com/acme/Wire")
        .build(folder, "broken-3.jar", "ignored");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "private Good() {} public static Good provider() { return new Good(); }"})
  void load_modules_areFoundAndBrokenOnesExplained(String members) throws Exception {
    Path good = goodModule(members);
    Path broken = brokenAutomaticModule();
    ModuleLayer layer = layerWith(good, broken);
    Registry registry = new Registry(layer, layer.findLoader("dev.sluice.engine"));

    assertTrue(registry.type.getModule().isNamed());
    assertEquals(
        List.of("acme.good: com.acme.good.Good (" + good + ")"), registry.texts("schemes"));
    assertEquals(
        List.of(
            "com.acme.Broken ("
                + broken
                + ") failed at LOCATE: java.lang.NoClassDefFoundError: com/acme/Wire; a class that"
                + " it needs is missing: add the jar it depends on beside it"),
        registry.texts("failures"));
  }

  @Test
  void load_plugin_isFoundBesideModules() throws Exception {
    Path good = goodModule("");
    Path plugins = PluginRegistry.folder(folder.resolve("plugins"));
    Path plugin =
        new PluginJar()
            .provider("Good", "acme.plugged", "")
            .service("com.acme.Good")
            .build(plugins, "plugged.jar", "7");
    ModuleLayer layer = layerWith(good);
    Registry registry = new Registry(layer, layer.findLoader("dev.sluice.engine"), plugins);

    assertEquals(
        List.of(
            "acme.good: com.acme.good.Good (" + good + ")",
            "acme.plugged: com.acme.Good 7 (" + plugin + ")"),
        registry.texts("schemes"));
    assertEquals(List.of(), registry.texts("failures"));
  }

  @Test
  void load_automaticModule_tellsTheVersionOfItsFile() throws Exception {
    Path jar =
        new PluginJar()
            .provider("Good", "acme.good", "")
            .service("com.acme.Good")
            .build(folder, "good-3.jar", "ignored");
    ModuleLayer layer = layerWith(jar);

    assertEquals(
        List.of("acme.good: com.acme.Good 3 (" + jar + ")"),
        new Registry(layer, layer.findLoader("dev.sluice.engine")).texts("schemes"));
  }

  @Test
  void load_loaderThatSeesNoneOfTheModules_blamesNoneOfThem() throws Exception {
    Registry registry =
        new Registry(layerWith(goodModule("")), new ServedServices("com.acme.Gone"));

    assertEquals(List.of(), registry.texts("schemes"));
    assertEquals(1, registry.texts("failures").size());
    assertTrue(registry.texts("failures").getFirst().startsWith("com.acme.Gone (memory:/jar0)"));
  }
}
