package dev.sluice.engine.registry;

import static dev.sluice.engine.registry.PluginRegistry.assertSchemes;
import static dev.sluice.engine.registry.PluginRegistry.onlyFailure;
import static dev.sluice.engine.registry.PluginRegistry.pack;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What lies in a plugin folder, and what is said of it. */
@Timeout(60)
class PluginFolderTest {
  private static final String WIRE =
      "package com.acme; public class Wire { public static int speed() { return 1; } }";

  @TempDir Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = PluginRegistry.folder(temporary.resolve("plugins"));
  }

  private static PluginJar provider(String members) {
    return new PluginJar()
        .provider("Broken", "acme.broken", members)
        .source("com/acme/Wire", WIRE)
        .service("com.acme.Broken");
  }

  /** Jars that cannot be used, and what has to be said of each. */
  enum Broken {
    NAMES_NOBODY(Stage.LOCATE, "names no transport provider", "META-INF/services/dev.sluice") {
      @Override
      void make(Path folder) throws IOException {
        new PluginJar().source("com/acme/Wire", WIRE).build(folder, "broken.jar", "1");
      }
    },
    NAMES_NOBODY_IN_A_COMMENT(Stage.LOCATE, "names no transport provider", "sub-folder") {
      @Override
      void make(Path folder) throws IOException {
        new PluginJar().service("# com.acme.Broken", "").build(folder, "broken.jar", "1");
      }
    },
    NAMES_IT_IN_ITS_MODULE_INFO_ONLY(
        Stage.LOCATE, "names no transport provider", "module-info is not read") {
      @Override
      void make(Path folder) throws IOException {
        new PluginJar()
            .source(
                "module-info",
                """
                module com.acme {
                  requires dev.sluice.api;
                  provides dev.sluice.api.spi.TransportProvider with com.acme.Broken;
                }
                """)
            .provider("Broken", "acme.broken", "")
            .build(folder, "broken.jar", "1");
      }
    },
    IS_A_LIBRARY(Stage.LOCATE, "names no transport provider", "a library goes into a sub-folder") {
      @Override
      void make(Path folder) throws IOException {
        new PluginJar()
            .source("module-info", "module com.acme { exports com.acme; }")
            .source("com/acme/Wire", WIRE)
            .build(folder, "broken.jar", "1");
      }
    },
    NAMES_A_CLASS_THAT_IS_GONE(Stage.LOCATE, "com.acme.Broken", "stale entry") {
      @Override
      void make(Path folder) throws IOException {
        provider("").without("com/acme/Broken").build(folder, "broken.jar", "1");
      }
    },
    LACKS_A_LIBRARY_TO_BE_FOUND(Stage.LOCATE, "NoClassDefFoundError: com/acme/Wire", "sub-folder") {
      @Override
      void make(Path folder) throws IOException {
        provider("public Broken() {} public Broken(Wire wire) {}")
            .without("com/acme/Wire")
            .build(folder, "broken.jar", "1");
      }
    },
    LACKS_A_LIBRARY_TO_BE_MADE(
        Stage.INSTANTIATE, "NoClassDefFoundError: com/acme/Wire", "sub-folder") {
      @Override
      void make(Path folder) throws IOException {
        provider("public Broken() { Wire.speed(); }")
            .without("com/acme/Wire")
            .build(folder, "broken.jar", "1");
      }
    },
    IS_FOR_A_NEWER_JAVA(Stage.LOCATE, "UnsupportedClassVersionError", "compiled for Java 76") {
      @Override
      void make(Path folder) throws IOException {
        provider("").classVersion(120).build(folder, "broken.jar", "1");
      }
    },
    HAS_NO_PUBLIC_CONSTRUCTOR(Stage.LOCATE, "Broken", "public constructor without parameters") {
      @Override
      void make(Path folder) throws IOException {
        provider("Broken() {}").build(folder, "broken.jar", "1");
      }
    },
    FAILS_TO_INITIALISE_ITS_CLASS(
        Stage.INSTANTIATE, "NumberFormatException", "static initialiser failed") {
      @Override
      void make(Path folder) throws IOException {
        provider("static final int SPEED = Integer.parseInt(\"fast\");")
            .build(folder, "broken.jar", "1");
      }
    },
    FAILS_TO_INITIALISE_ITSELF(
        Stage.INSTANTIATE, "NumberFormatException", "must not fail when it is loaded") {
      @Override
      void make(Path folder) throws IOException {
        provider("final int speed = Integer.parseInt(\"fast\");").build(folder, "broken.jar", "1");
      }
    },
    IS_FOR_A_NEWER_SPI(Stage.VALIDATE, "compiled for SPI 99", "get a newer host") {
      @Override
      void make(Path folder) throws IOException {
        new PluginJar()
            .source(
                "com/acme/Broken",
                """
                package com.acme;
                import dev.sluice.api.*;
                import dev.sluice.api.spi.*;
                import java.util.List;
                public final class Broken implements TransportProvider {
                  public int spiVersion() { return 99; }
                  public List<Scheme> schemes() { throw new AssertionError("asked"); }
                  public TransportChannel connect(TransportAddress a, TransportContext c) {
                    return null;
                  }
                  public TransportListener listen(TransportAddress a, TransportContext c) {
                    return null;
                  }
                }
                """)
            .service("com.acme.Broken")
            .build(folder, "broken.jar", "1");
      }
    },
    CLAIMS_WHAT_THE_HOST_HAS(Stage.CONFLICT, "scheme good is taken by", "remove this provider") {
      @Override
      void make(Path folder) throws IOException {
        new PluginJar()
            .provider("Broken", "good", "")
            .service("com.acme.Broken")
            .build(folder, "broken.jar", "1");
      }
    },
    IS_NO_JAR(Stage.OPEN, "broken.jar is no jar", "copy it again") {
      @Override
      void make(Path folder) throws IOException {
        PluginRegistry.close(Files.writeString(folder.resolve("broken.jar"), "this is no jar"));
      }
    },
    IS_EMPTY(Stage.OPEN, "broken.jar is no jar", "copy it again") {
      @Override
      void make(Path folder) throws IOException {
        PluginRegistry.close(Files.createFile(folder.resolve("broken.jar")));
      }
    },
    IS_CUT_OFF(Stage.OPEN, "not a whole one", "copy it again") {
      @Override
      void make(Path folder) throws IOException {
        Path jar = provider("").build(folder, "broken.jar", "1");
        byte[] whole = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(whole, whole.length - 30));
      }
    },
    IS_DAMAGED(Stage.LOCATE, "cannot read com.acme.Broken in ", "damaged") {
      @Override
      void make(Path folder) throws IOException {
        Path jar = provider("").build(folder, "broken.jar", "1");
        byte[] bytes = Files.readAllBytes(jar);
        int name = new String(bytes, ISO_8859_1).indexOf("com/acme/Broken.class");
        Arrays.fill(bytes, name + 40, name + 80, (byte) 0xff);
        Files.write(jar, bytes);
      }
    },
    IS_A_LINK_TO_NOTHING(Stage.OPEN, "does not exist", "link") {
      @Override
      void make(Path folder) throws IOException {
        Files.createSymbolicLink(folder.resolve("broken.jar"), Path.of("gone.jar"));
      }
    },
    IS_A_FIFO(Stage.OPEN, "not a regular file", "copy it again") {
      @Override
      void make(Path folder) throws Exception {
        assertEquals(
            0,
            new ProcessBuilder("mkfifo", "-m", "600", folder + "/broken.jar").start().waitFor(),
            "mkfifo");
      }
    },
    IS_AN_EMPTY_SUB_FOLDER(Stage.OPEN, "the sub-folder has no jars", "or remove it") {
      @Override
      void make(Path folder) throws IOException {
        PluginRegistry.folder(folder.resolve("broken.jar"));
      }
    };

    private final Stage stage;
    private final String reason;
    private final String advice;

    Broken(Stage stage, String reason, String advice) {
      this.stage = stage;
      this.reason = reason;
      this.advice = advice;
    }

    abstract void make(Path folder) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void brokenPlugin_isExplained_andHidesNobody(Broken broken) throws Exception {
    pack(folder, "first");
    pack(folder, "works");
    broken.make(folder);

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertSchemes(registry, "acme.first", "acme.works", "good");
      ProviderFailure failure = onlyFailure(registry);
      assertEquals(broken.stage, failure.stage(), failure::toString);
      assertTrue(failure.reason().contains(broken.reason), failure::toString);
      assertTrue(failure.advice().contains(broken.advice), failure::toString);
      assertEquals(folder.resolve("broken.jar").toString(), failure.location().orElseThrow());
      assertEquals(folder.resolve("broken.jar").toString(), failure.origin().name());
    }
  }

  @Test
  void plugin_tellsItsPlaceAndVersion() throws IOException {
    Path jar = pack(folder, "works");

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      InstalledScheme scheme = registry.find("acme.works").orElseThrow();

      assertEquals("acme.works: com.acme.Works 1.2 (" + jar + ")", scheme.toString());
      assertEquals(new Origin(jar.toString()), scheme.origin());
    }
  }

  @Test
  void twoPluginsWithOneScheme_areBothRefused_andAskingNamesBoth() throws IOException {
    Path one = pack(folder, "works");
    Path other = Files.copy(one, folder.resolve("copy.jar"));

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertSchemes(registry, "good");
      assertEquals(
          List.of(Stage.CONFLICT, Stage.CONFLICT),
          registry.failures().stream().map(ProviderFailure::stage).toList());
      SchemeUnavailableException asked =
          assertThrows(
              SchemeUnavailableException.class, () -> registry.connect("acme.works:anywhere"));
      assertTrue(String.valueOf(asked.getMessage()).contains(one.toString()), asked::toString);
      assertTrue(String.valueOf(asked.getMessage()).contains(other.toString()), asked::toString);
    }
  }

  @Test
  void folderByTwoNames_isLoadedOnce() throws IOException {
    pack(folder, "works");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);

    try (TransportRegistry registry = PluginRegistry.load(folder, link)) {
      assertSchemes(registry, "acme.works", "good");
      assertEquals(List.of(), registry.failures());
    }
  }

  @Test
  void foldersThatOnlyLookLikeOne_areBothLoaded() throws IOException {
    pack(folder, "works");
    Path elsewhere = PluginRegistry.folder(temporary.resolve("elsewhere"));
    Path target = PluginRegistry.folder(elsewhere.resolve("target"));
    pack(PluginRegistry.folder(elsewhere.resolve("plugins")), "also");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), target);

    try (TransportRegistry registry =
        PluginRegistry.load(folder, link.resolve("..").resolve("plugins"))) {
      assertSchemes(registry, "acme.also", "acme.works", "good");
    }
  }

  @Test
  void schemeOfTheHost_goesOnWorking_besideAPluginThatClaimsIt() throws Exception {
    Broken.CLAIMS_WHAT_THE_HOST_HAS.make(folder);

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      registry.connect("good:anywhere").close();
    }
  }

  @Test
  void folderThatIsNotThere_isExplained() {
    Path missing = folder.resolve("missing");

    ProviderFailure failure = onlyFailure(PluginRegistry.load(missing));

    assertEquals(Stage.OPEN, failure.stage());
    assertEquals(missing + " does not exist", failure.reason());
    assertEquals(Optional.of(missing.toString()), failure.location());
  }

  @Test
  void folderThatIsAFile_isExplained() throws IOException {
    Path file = pack(folder, "works");

    ProviderFailure failure = onlyFailure(PluginRegistry.load(file));

    assertEquals(file + " is not a folder", failure.reason());
  }

  @Test
  void folderWithoutPlugins_isExplained_whateverElseIsInIt() throws IOException {
    Files.writeString(folder.resolve("README.txt"), "Put plugins here.");
    Files.writeString(folder.resolve(".hidden.jar"), "not looked at");
    PluginRegistry.folder(folder.resolve(".git"));

    assertEquals(
        String.join(
            "\n",
            "Plugin " + folder + " was ignored:",
            "  stage    LOCATE",
            "  reason   the folder has no plugins in it",
            "  advice   put the jar of a plugin there, or a sub-folder with a plugin and the jars"
                + " it needs"),
        onlyFailure(PluginRegistry.load(folder)).describe());
  }

  @Test
  void unusableFolder_hidesNoOther() throws IOException {
    pack(folder, "works");

    try (TransportRegistry registry = PluginRegistry.load(folder.resolve("missing"), folder)) {
      assertSchemes(registry, "acme.works", "good");
    }
  }

  @Test
  void folderNamedTwice_isLoadedOnce() throws IOException {
    pack(folder, "works");

    try (TransportRegistry registry = PluginRegistry.load(folder, folder.resolve("../plugins"))) {
      assertSchemes(registry, "acme.works", "good");
      assertEquals(List.of(), registry.failures());
    }
  }

  @Test
  void unknownScheme_namesThePluginThatMightHaveHadIt() throws Exception {
    Broken.IS_NO_JAR.make(folder);

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      String hint =
          assertThrows(TransportException.class, () -> registry.connect("acme.broken:x"))
              .hint()
              .orElseThrow();
      assertTrue(hint.contains(folder.resolve("broken.jar") + ": broken.jar is no jar"), hint);
    }
  }
}
