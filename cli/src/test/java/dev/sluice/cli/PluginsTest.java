package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.spi.TransportTool;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which plugin folders a command line means, and what becomes of wrong ones. */
@Timeout(30)
final class PluginsTest {
  @TempDir Path temporary;
  private Path one = Path.of("");
  private Path two = Path.of("");

  /** The folders that were loaded, once for each time. */
  private final List<List<Path>> loaded = new ArrayList<>();

  @BeforeEach
  void makeFolders() throws IOException {
    one = folder("one");
    two = folder("two");
  }

  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    Path jar = Files.writeString(folder.resolve("broken.jar"), "no jar");
    // Whatever the umask, only the owner may write to plugins.
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private CommandRun run(String pluginPath, String... arguments) {
    ClassLoader nothing = ClassLoader.getPlatformClassLoader();
    return CommandRun.of(
        folders -> {
          loaded.add(folders);
          return folders.isEmpty()
              ? TransportRegistry.of(new StubTransport())
              : TransportRegistry.load(nothing, folders.toArray(Path[]::new));
        },
        new TreeMap<>(Map.of("works", new Tool(), "simulate", new PlainTool())),
        List.of("false"),
        pluginPath,
        arguments);
  }

  private static final class Tool implements TransportTool {
    @Override
    public String name() {
      return "sluice-works";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
      throw new AssertionError("was not given the transports");
    }

    @Override
    public int run(Transports transports, PrintWriter out, PrintWriter err, String... arguments) {
      out.println(String.join("|", arguments));
      transports.arguments().forEach(out::println);
      return 0;
    }
  }

  private static final class PlainTool implements ToolProvider {
    @Override
    public String name() {
      return "sluice-simulate";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
      out.println(String.join("|", arguments));
      out.flush();
      return 0;
    }
  }

  @Test
  void noFolder_loadsNone() {
    assertEquals(0, run("", "transports").status());
    assertEquals(List.of(List.of()), loaded);
  }

  @Test
  void option_isTakenBeforeAndBehindTheCommand() {
    CommandRun run = run("", "--plugins", one.toString(), "transports", "--plugins=" + two);

    assertEquals(0, run.status(), run.err());
    assertEquals(List.of(List.of(one, two)), loaded);
    assertTrue(run.out().contains("Plugin " + one.resolve("broken.jar")), run.out());
  }

  @Test
  void environment_isReadAsAPath_beforeTheOption() {
    CommandRun run =
        run(
            File.pathSeparator + one + File.pathSeparator + File.pathSeparator,
            "transports",
            "--plugins",
            two.toString());

    assertEquals(0, run.status(), run.err());
    assertEquals(List.of(List.of(one, two)), loaded);
  }

  @Test
  void relativeFolder_isMadeAbsolute() {
    Path relative = Path.of("").toAbsolutePath().relativize(one);

    run("", "transports", "--plugins", relative.toString());

    assertEquals(List.of(List.of(relative.toAbsolutePath())), loaded);
  }

  @Test
  void tool_getsTheTransports_andTheOptionWithThem() {
    CommandRun run = run("", "works", "a", "--plugins", one.toString(), "b");

    assertEquals(0, run.status(), run.err());
    assertEquals("a|b\n--plugins\n" + one + "\n", run.out());
    assertEquals(List.of(List.of(one)), loaded);
  }

  @Test
  void whatIsBehindTheEndOfOptions_isNoOption() {
    assertEquals("--|--plugins\n", run("", "works", "--", "--plugins").out());
  }

  @Test
  void toolWithoutTransports_takesNoPlugins() {
    CommandRun run = run("", "simulate", "--plugins", one.toString());

    assertEquals(2, run.status());
    assertTrue(run.err().contains("leave out --plugins"), run.err());
    assertEquals("x\n", run(one.toString(), "simulate", "x").out());
    assertEquals(List.of(), loaded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"transports", "demo", "works", "copy stub:data stub:sink"})
  void folderThatIsNotThere_isUsage(String command) {
    Path missing = temporary.resolve("missing");

    CommandRun run = run("", (command + " --plugins " + missing).split(" "));

    assertEquals(2, run.status());
    assertEquals(
        """
        sluice: the plugin folder '%s' that --plugins names does not exist
          hint:  name a folder with plugins in it: jars, or sub-folders with jars
        """
            .formatted(missing),
        run.err());
    assertEquals(List.of(), loaded);
  }

  @Test
  void fileInPlaceOfAFolder_isUsage_andTellsWhereItIsNamed() {
    CommandRun run = run(one.resolve("broken.jar").toString(), "transports");

    assertEquals(2, run.status());
    assertTrue(run.err().contains("that SLUICE_PLUGINS names is not a folder"), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0"})
  void textThatIsNoPath_isUsage(String folder) {
    assertEquals(2, run("", "transports", "--plugins", folder).status());
  }

  @Test
  void optionWithoutFolder_isUsage() {
    CommandRun run = run("", "transports", "--plugins");

    assertEquals(2, run.status());
    assertTrue(run.err().startsWith("sluice: --plugins names no folder\n  hint:  "), run.err());
  }

  @Test
  void usageError_isAnEventAfterJson() throws IOException {
    CommandRun run =
        run("", "copy", "--json", "stub:data", "stub:sink", "--plugins", temporary + "/missing");

    Map<String, ?> error = JsonText.object(run.out());
    assertEquals("error", error.get("type"));
    assertEquals(2L, error.get("code"));
    assertEquals("usage", error.get("kind"));
  }

  @Test
  void wrongFolder_doesNotMatterToTheHelp() {
    assertEquals(0, run("/missing", "copy", "--help").status());
    assertEquals(0, run("/missing", "--help").status());
    assertEquals(0, run("/missing", "--version").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "works", "copy stub:data stub:sink"})
  void folderThatOthersCanChange_isAnErrorToWhoWantsItsTransports(String command)
      throws IOException {
    Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwxrwxrwx"));

    CommandRun run = run("", (command + " --plugins " + one).split(" "));

    assertEquals(11, run.status());
    assertEquals(
        """
        sluice: the plugin folder %s is not used: everybody could change it: it has the mode rwxrwxrwx
          hint:  if you trust what is there now: chmod o-w %s
        """
            .formatted(one, one),
        run.err());
  }

  @Test
  void folderThatOthersCanChange_isListedAmongTheFailures() throws IOException {
    Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwxrwxrwx"));

    CommandRun run = run("", "transports", "--plugins", one.toString());

    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("Plugin " + one + " was ignored:"), run.out());
    assertTrue(run.out().contains("chmod o-w " + one), run.out());
  }

  @Test
  void emptyFolder_isTold_andStopsNobody() throws IOException {
    Files.delete(one.resolve("broken.jar"));

    CommandRun listed = run("", "transports", "--plugins", one.toString());
    CommandRun used = run(one.toString(), "works", "x");

    assertTrue(listed.out().contains("the folder has no plugins in it"), listed.out());
    assertEquals(0, used.status(), used.err());
    assertEquals("x\n", used.out());
  }

  @Test
  void failures_areInTheJson() throws IOException {
    CommandRun run = run("", "transports", "--json", "--plugins", one.toString());

    Map<?, ?> failure =
        (Map<?, ?>) JsonText.list(JsonText.object(run.out()), "failures").getFirst();
    assertEquals("open", failure.get("stage"));
    assertEquals(one.resolve("broken.jar").toString(), failure.get("location"));
    assertEquals(one.resolve("broken.jar").toString(), failure.get("origin"));
    assertTrue(String.valueOf(failure.get("reason")).contains("no jar"), run.out());
    assertFalse(String.valueOf(failure.get("advice")).isEmpty(), run.out());
  }

  @Test
  void option_isInTheHelp() {
    assertTrue(run("", "copy", "--help").out().contains("--plugins=DIR"));
    assertTrue(run("", "transports", "--help").out().contains("--plugins=DIR"));
    assertTrue(run("", "demo", "--help").out().contains("--plugins=DIR"));
  }
}
