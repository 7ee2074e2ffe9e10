package dev.sluice.it.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Installed;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins beside the command, one of them good and the others broken in one way each. */
@Timeout(300)
class PluginFolderIT {
  private static final int BYTE_COUNT = 100_001;

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Path good = Path.of("");
  private Path in = Path.of("");

  /** How the command is started. */
  enum Start {
    LAUNCHER {
      @Override
      Command command(String... arguments) {
        return Command.sluice(arguments);
      }
    },
    CLASS_PATH {
      @Override
      Command command(String... arguments) {
        return PathsIT.Start.CLASS_PATH.command(List.of(), arguments);
      }
    },
    MODULE_PATH {
      @Override
      Command command(String... arguments) {
        return PathsIT.Start.MODULE_PATH.command(List.of(), arguments);
      }
    };

    abstract Command command(String... arguments);
  }

  @BeforeEach
  void makeFolder() throws IOException {
    folder = PackedPlugin.folder(temporary.resolve("my plug-ins"));
    good = new PackedPlugin().pack(folder.resolve("good.jar"));
    in = Bytes.file(temporary.resolve("in"), BYTE_COUNT);
  }

  private void makeBroken() throws IOException {
    for (BrokenPlugin broken : BrokenPlugin.values()) {
      broken.change(new PackedPlugin()).pack(folder.resolve(broken.fileName()));
    }
  }

  private Command plugged(Start start, String... arguments) {
    return start.command(arguments).plus("--plugins", folder.toString());
  }

  private String docOf(Start start, String scheme) throws Exception {
    Outcome described = plugged(start, "transports", scheme, "--json").run().succeeded();
    return String.valueOf(described.lastEvent().get("doc"));
  }

  @ParameterizedTest
  @EnumSource
  void goodPlugin_copies_besideEightBrokenOnes(Start start) throws Exception {
    makeBroken();
    Path stored = temporary.resolve("stored");
    Path out = temporary.resolve("out");

    plugged(start, "copy", "file:" + in, "acme.store:" + stored)
        .run()
        .copied(Mode.PLAIN, BYTE_COUNT);
    plugged(start, "copy", "--json", "acme.store:" + stored, "file:" + out)
        .run()
        .copied(Mode.JSON, BYTE_COUNT);

    Bytes.assertSame(in, stored);
    Bytes.assertSame(in, out);
  }

  @ParameterizedTest
  @EnumSource
  void brokenPlugins_areExplainedOneByOne_andHideNobody(Start start) throws Exception {
    makeBroken();

    Outcome listed = plugged(start, "transports").run().succeeded();

    // A table, and a paragraph for each failure.
    List<String> paragraphs = new ArrayList<>(List.of(listed.out().split("\n\n")));
    String table = paragraphs.removeFirst();
    assertEquals(BrokenPlugin.values().length, paragraphs.size(), listed::toString);
    for (BrokenPlugin broken : BrokenPlugin.values()) {
      List<String> about =
          paragraphs.stream()
              .filter(text -> text.contains(folder.resolve(broken.fileName()).toString()))
              .toList();
      assertEquals(1, about.size(), () -> broken + ": " + listed);
      for (String told : broken.told()) {
        assertTrue(
            about.getFirst().contains(told), () -> "'" + told + "' not in " + about.getFirst());
      }
    }
    assertTrue(
        table.lines().anyMatch(row -> row.matches("acme\\.store .* good\\.jar .*ready")), table);
    assertEquals("", listed.err());
  }

  @ParameterizedTest
  @EnumSource
  void brokenPlugins_areInTheJson(Start start) throws Exception {
    makeBroken();

    Outcome listed = plugged(start, "transports", "--json").run();

    List<String> schemes = new ArrayList<>(Installed.OWN_SCHEMES);
    schemes.addFirst("acme.store");
    assertEquals(schemes, Installed.schemes(listed));
    List<?> failures = (List<?>) listed.lastEvent().get("failures");
    assertEquals(
        Arrays.stream(BrokenPlugin.values())
            .map(broken -> folder.resolve(broken.fileName()).toString())
            .collect(Collectors.toSet()),
        failures == null
            ? Set.of()
            : failures.stream()
                .map(failure -> String.valueOf(((Map<?, ?>) failure).get("location")))
                .collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @EnumSource
  void pluginScheme_isExplained(Start start) throws Exception {
    Outcome described = plugged(start, "transports", "acme.store").run().succeeded();

    assertTrue(described.out().startsWith("acme.store:FILE\n"), described::toString);
    assertTrue(described.out().contains("acme.Provider (" + good + ")"), described::toString);
  }

  @ParameterizedTest
  @EnumSource
  void pluginsWithDifferentVersionsOfALibrary_workSideBySide(Start start) throws Exception {
    for (String version : List.of("1", "2")) {
      Path plugin = PackedPlugin.folder(folder.resolve("plugin" + version));
      PackedPlugin packed = new PackedPlugin().scheme("acme.v" + version);
      packed.library("library " + version).without("Library").pack(plugin.resolve("plugin.jar"));
      new PackedPlugin()
          .library("library " + version)
          .withoutService()
          .without("Provider")
          .pack(plugin.resolve("library.jar"));
    }

    assertEquals("Files, library 1.", docOf(start, "acme.v1"));
    assertEquals("Files, library 2.", docOf(start, "acme.v2"));
  }

  @ParameterizedTest
  @EnumSource
  void plugin_seesNoLibraryOfTheHost(Start start) throws Exception {
    // In modules of the boot layer the platform's class loader would find them.
    String sees =
        """
        static String sees(String... names) {
          String seen = "sees";
          for (String name : names) {
            try {
              Class.forName(name, false, Provider.class.getClassLoader());
              seen += " " + name;
            } catch (ClassNotFoundException absent) {
              // As it should be.
            }
          }
          return seen;
        }
        """;
    new PackedPlugin()
        .scheme("acme.sees")
        .members(sees)
        .doc(
            "sees(\"com.google.common.collect.ImmutableList\", \"picocli.CommandLine\","
                + " \"dev.sluice.engine.ChannelInput\", \"dev.sluice.tck.fault.FaultyChannel\","
                + " \"dev.sluice.api.spi.Scheme\", \"java.util.List\")")
        .pack(folder.resolve("sees.jar"));

    assertEquals("sees dev.sluice.api.spi.Scheme java.util.List", docOf(start, "acme.sees"));
  }

  @ParameterizedTest
  @EnumSource
  void schemeOfTwoPlugins_isRefused_andAskingNamesBoth(Start start) throws Exception {
    Files.copy(good, folder.resolve("twin.jar"));

    plugged(start, "copy", "acme.store:" + in, "null:")
        .run()
        .failed(Mode.PLAIN, 11, "acme.store", "good\\.jar", "twin\\.jar");
    plugged(start, "transports", "acme.store").run().failed(Mode.PLAIN, 11, "twin\\.jar");
  }

  @Test
  void environment_namesFoldersAsWell() throws Exception {
    Command.sluice("copy", "acme.store:" + in, "null:")
        .under("env", "SLUICE_PLUGINS=/tmp:" + folder)
        .run()
        .failed(Mode.PLAIN, 11, "/tmp", "everybody could change it");
    Command.sluice("copy", "acme.store:" + in, "null:")
        .under("env", "SLUICE_PLUGINS=:" + folder)
        .run()
        .copied(Mode.PLAIN, BYTE_COUNT);
  }

  @Test
  void option_isTakenByEveryCommandThatUsesTransports() throws Exception {
    String plugins = "--plugins=" + folder;

    Command.sluice(plugins, "copy", "acme.store:" + in, "null:")
        .run()
        .copied(Mode.PLAIN, BYTE_COUNT);
    Outcome demo = Command.sluice("demo", plugins).run().succeeded();
    assertTrue(demo.out().contains("acme.store"), demo::toString);
    Outcome tck = Command.sluice("tck", plugins, "acme.store:{dir}/file", "--rule", "CH-1.1").run();
    assertEquals(0, tck.code(), tck::toString);
    Command.sluice("simulate", plugins).run().failed(Mode.PLAIN, 2, "no plugins");
  }

  @Test
  void folderThatIsNotThere_isUsage() throws Exception {
    Path missing = temporary.resolve("missing");

    for (Mode mode : Mode.values()) {
      Command.copy(mode, "file:" + in, "null:", "--plugins", missing.toString())
          .run()
          .failed(mode, 2, missing.toString(), "--plugins", "does not exist");
    }
    assertFalse(Files.exists(missing));
  }

  @Test
  void folderThatOthersCanChange_isRefused() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xrwx"));

    for (Mode mode : Mode.values()) {
      Command.copy(mode, "acme.store:" + in, "null:", "--plugins", folder.toString())
          .run()
          .failed(mode, 11, "everybody could change it", "rwxr-xrwx", "chmod o-w");
    }
    Outcome listed = plugged(Start.LAUNCHER, "transports").run().succeeded();
    assertTrue(listed.out().contains("everybody could change it"), listed::toString);
    assertFalse(listed.out().contains("acme.store"), listed::toString);
  }

  @Test
  void folderThatItsGroupCanChange_isRefused_withWhatToDo() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxr-x"));

    Command.copy(Mode.PLAIN, "acme.store:" + in, "null:", "--plugins", folder.toString())
        .run()
        .failed(Mode.PLAIN, 11, "group .* could change it", "rwxrwxr-x", "chmod g-w", "umask");
  }

  @Test
  void demo_goesOnBesideABrokenPlugin_andTellsOfIt() throws Exception {
    Files.writeString(folder.resolve("broken.jar"), "this is no jar");

    Outcome demo = plugged(Start.LAUNCHER, "demo").run();

    assertEquals(11, demo.code(), demo::toString);
    List<String> tried = new ArrayList<>(Installed.OWN_SCHEMES);
    tried.add("acme.store");
    for (String scheme : tried) {
      assertTrue(demo.out().contains("\n" + scheme + " "), demo::toString);
    }
    assertFalse(demo.out().contains("not equal"), demo::toString);
    assertTrue(
        demo.err().contains("'sluice transports' tells why, with the same --plugins"),
        demo::toString);
  }

  @Test
  void plugin_mayUseNativeCodeAndAllOfTheJdk_withoutAWarning() throws Exception {
    new PackedPlugin()
        .scheme("acme.native")
        .members(
            """
            static String pid() {
              try {
                var linker = java.lang.foreign.Linker.nativeLinker();
                var pid = linker.downcallHandle(
                    linker.defaultLookup().find("getpid").orElseThrow(),
                    java.lang.foreign.FunctionDescriptor.of(
                        java.lang.foreign.ValueLayout.JAVA_INT));
                return Boolean.toString((int) pid.invokeExact() == ProcessHandle.current().pid());
              } catch (Throwable failure) {
                return failure.toString();
              }
            }
            static String modules() {
              return java.util.stream.Stream.of(
                      java.net.http.HttpClient.class,
                      java.sql.Connection.class,
                      javax.tools.JavaCompiler.class,
                      com.sun.net.httpserver.HttpServer.class)
                  .map(Class::getSimpleName)
                  .collect(java.util.stream.Collectors.joining(" "));
            }
            """)
        .doc("pid() + \" \" + modules()")
        .pack(folder.resolve("native.jar"));

    Outcome described =
        plugged(Start.LAUNCHER, "transports", "acme.native", "--json").run().succeeded();

    assertEquals(
        "true HttpClient Connection JavaCompiler HttpServer",
        described.lastEvent().get("doc"),
        described::toString);
    assertEquals("", described.err());
  }

  @Test
  void launcher_startsFromItsCache_withTheFlagsThatPluginsNeed() throws Exception {
    Command.sluice("--version").run().succeeded();

    // The JVM does not start with a cache that it refuses, if it is told that it must.
    Command.sluice("--version").under("env", "SLUICE_JAVA_OPTS=-XX:AOTMode=on").run().succeeded();
    assertEquals(
        1,
        Command.sluice("--version")
            .under("env", "SLUICE_JAVA_OPTS=-XX:AOTMode=on --add-modules=jdk.incubator.vector")
            .run()
            .code());
  }
}
