package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jars as they are in practice, one of them good, and one with what only a real jar can have. */
@Timeout(60)
class BrokenJarTest {
  private static final String WIRE =
      "package com.acme; public class Wire { public static int speed() { return 1; } }";

  @TempDir Path folder;
  private Path good;
  private @Nullable URLClassLoader loader;

  @BeforeEach
  void packTheGoodJar() throws IOException {
    good =
        new PluginJar()
            .provider("Good", "acme.good", "")
            .service("com.acme.Good")
            .build(folder, "good.jar", "1.2");
  }

  @AfterEach
  void closeTheLoader() throws IOException {
    if (loader != null) {
      loader.close();
    }
  }

  private TransportRegistry load(Path... jars) throws IOException {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    loader = new URLClassLoader(urls, new ServedServices());
    return TransportRegistry.load(loader);
  }

  private ProviderFailure failureOf(Path broken) throws IOException {
    TransportRegistry registry = load(broken, good);
    assertEquals(1, registry.failures().size(), registry.failures().toString());
    assertTrue(registry.find("acme.good").isPresent());
    ProviderFailure failure = registry.failures().getFirst();
    assertEquals(Optional.of("com.acme.Broken"), failure.className());
    assertEquals(Optional.of(broken.toString()), failure.location());
    return failure;
  }

  private PluginJar broken(String constructors) {
    return new PluginJar()
        .provider("Broken", "acme.broken", constructors)
        .source("com/acme/Wire", WIRE)
        .service("com.acme.Broken");
  }

  @Test
  void goodJar_tellsVersionAndPlace() throws IOException {
    InstalledScheme scheme = load(good).find("acme.good").orElseThrow();

    assertEquals(Optional.of("1.2"), scheme.version());
    assertEquals(Optional.of(good.toString()), scheme.location());
    assertEquals("acme.good: com.acme.Good 1.2 (" + good + ")", scheme.toString());
  }

  @Test
  void dependencyMissingInASignature_namesTheProviderAndItsJar() throws IOException {
    // The service loader's hasNext throws, and the error names com.acme.Wire only.
    ProviderFailure failure =
        failureOf(
            broken("public Broken() {} public Broken(Wire wire) {}")
                .without("com/acme/Wire")
                .build(folder, "broken.jar", "1"));

    assertEquals(Stage.LOCATE, failure.stage());
    assertInstanceOf(NoClassDefFoundError.class, failure.cause().orElseThrow());
    assertEquals("java.lang.NoClassDefFoundError: com/acme/Wire", failure.reason());
    assertTrue(failure.advice().contains("add the jar it depends on"), failure.advice());
  }

  @Test
  void superclassMissing_namesTheProviderAndItsJar() throws IOException {
    ProviderFailure failure =
        failureOf(
            new PluginJar()
                .provider(
                    "com.acme",
                    "Broken",
                    "acme.broken",
                    "extends Wire implements TransportProvider",
                    "")
                .source("com/acme/Wire", WIRE)
                .service("com.acme.Broken")
                .without("com/acme/Wire")
                .build(folder, "broken.jar", "1"));

    assertEquals(Stage.LOCATE, failure.stage());
    assertEquals("java.lang.NoClassDefFoundError: com/acme/Wire", failure.reason());
  }

  @Test
  void dependencyMissingInTheConstructor_isExplained() throws IOException {
    ProviderFailure failure =
        failureOf(
            broken("public Broken() { Wire.speed(); }")
                .without("com/acme/Wire")
                .build(folder, "broken.jar", "1"));

    assertEquals(Stage.INSTANTIATE, failure.stage());
    assertEquals("java.lang.NoClassDefFoundError: com/acme/Wire", failure.reason());
  }

  @Test
  void dependencyMissingWhenConnecting_namesTheProviderAndTheAddress() throws IOException {
    Path jar =
        broken("public String toString() { return \"speed \" + Wire.speed(); }")
            .without("com/acme/Wire")
            .build(folder, "broken.jar", "1");
    TransportRegistry registry = load(jar);

    TransportException thrown =
        assertThrows(TransportException.class, () -> registry.connect("acme.broken:x"));

    assertEquals(TransportException.Kind.IO, thrown.kind());
    assertEquals(
        "transport provider com.acme.Broken ("
            + jar
            + ") broke its contract: connecting to 'acme.broken:x' threw"
            + " java.lang.NoClassDefFoundError: com/acme/Wire",
        thrown.getMessage());
    assertTrue(thrown.hint().orElseThrow().contains("add the jar"));
  }

  @Test
  void compiledForANewerJava_isExplained() throws IOException {
    ProviderFailure failure =
        failureOf(broken("").classVersion(120).build(folder, "broken.jar", "1"));

    assertEquals(Stage.LOCATE, failure.stage());
    assertInstanceOf(UnsupportedClassVersionError.class, failure.cause().orElseThrow());
    assertEquals(
        "it was compiled for Java 76, and this is Java "
            + Runtime.version().feature()
            + ": run a newer one, or get a build for this",
        failure.advice());
  }

  @Test
  void compiledWithPreviewFeatures_isExplained() throws IOException {
    ProviderFailure failure =
        failureOf(broken("").withPreviewFeatures().build(folder, "broken.jar", "1"));

    assertEquals(
        "it was compiled with preview features of Java "
            + Runtime.version().feature()
            + ": get a build without",
        failure.advice());
  }

  @Test
  void compiledForAnOlderSpi_isExplained() throws IOException {
    ProviderFailure failure =
        failureOf(
            new PluginJar()
                .source(
                    "dev/sluice/api/spi/TransportProvider",
                    """
                    package dev.sluice.api.spi;
                    public interface TransportProvider {
                      java.util.List<Scheme> schemes();
                    }
                    """)
                .source(
                    "com/acme/Broken",
                    """
                    package com.acme;
                    import dev.sluice.api.spi.*;
                    import java.util.List;
                    public final class Broken implements TransportProvider {
                      public List<Scheme> schemes() {
                        return List.of(Scheme.named("acme.broken").build());
                      }
                    }
                    """)
                .service("com.acme.Broken")
                .without("dev/sluice/api/spi/TransportProvider")
                .build(folder, "broken.jar", "1"));

    assertEquals(Stage.DESCRIBE, failure.stage());
    assertInstanceOf(AbstractMethodError.class, failure.cause().orElseThrow());
    assertTrue(failure.advice().contains("compiled for an older SPI"), failure.advice());
  }

  @Test
  void staleEntry_isExplained() throws IOException {
    ProviderFailure failure =
        failureOf(broken("").without("com/acme/Broken").build(folder, "broken.jar", "1"));

    assertEquals(Stage.LOCATE, failure.stage());
    assertTrue(failure.advice().contains("stale entry"), failure.advice());
  }

  @Test
  void jarIsDamaged_hidesNoOther() throws IOException {
    Path damaged =
        PluginRegistry.close(Files.writeString(folder.resolve("damaged.jar"), "this is no jar"));

    assertTrue(load(damaged, good).find("acme.good").isPresent());
  }

  @Test
  void unknownScheme_namesTheProviderThatMightHaveHadIt() throws IOException {
    Path jar =
        broken("public Broken() { Wire.speed(); }")
            .without("com/acme/Wire")
            .build(folder, "broken.jar", "1");
    TransportRegistry registry = load(good, jar);

    TransportException thrown =
        assertThrows(TransportException.class, () -> registry.connect("acme.broken:x"));

    assertEquals(
        "known schemes: acme.good; it may belong to a provider that failed to load:"
            + " com.acme.Broken ("
            + jar
            + "): java.lang.NoClassDefFoundError: com/acme/Wire",
        thrown.hint().orElseThrow());
  }

  @Test
  void describe_isReadByPeople() throws IOException {
    Path jar =
        broken("public Broken() { Wire.speed(); }")
            .without("com/acme/Wire")
            .build(folder, "broken.jar", "1");

    assertEquals(
        String.join(
            "\n",
            "Transport provider com.acme.Broken (" + jar + ") was ignored:",
            "  stage    INSTANTIATE",
            "  reason   java.lang.NoClassDefFoundError: com/acme/Wire",
            "  advice   a class that it needs is missing: add the jar it depends on beside it"),
        failureOf(jar).describe());
  }

  @Test
  void jarIsReplacedAfterItsLoaderWasClosed_isReadAnew() throws IOException {
    Path jar = broken("").without("com/acme/Broken").build(folder, "broken.jar", "1");
    TransportRegistry before = load(jar);
    closeTheLoader();
    Files.delete(jar);
    new PluginJar().service("com.acme.Other").build(folder, "broken.jar", "2");
    TransportRegistry after = load(jar);

    assertEquals(Optional.of("com.acme.Broken"), before.failures().getFirst().className());
    assertEquals(Optional.of("com.acme.Other"), after.failures().getFirst().className());
  }

  @Test
  void pathWithSpaces_isShownAsItIs() throws IOException {
    Path spaced = PluginRegistry.folder(folder.resolve("my plug-ins"));
    Path jar = Files.copy(good, spaced.resolve("good one.jar"));
    Path stale = broken("").without("com/acme/Broken").build(spaced, "broken one.jar", "1");

    TransportRegistry registry = load(jar, stale);

    assertEquals(Optional.of(jar.toString()), registry.find("acme.good").orElseThrow().location());
    assertEquals(
        List.of(Optional.of(stale.toString())),
        Stream.of(registry.failures().getFirst()).map(ProviderFailure::location).toList());
  }
}
