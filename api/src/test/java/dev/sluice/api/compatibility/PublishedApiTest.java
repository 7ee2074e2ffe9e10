package dev.sluice.api.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A plugin that was compiled against this API works with every later one. What was published is
 * written down in {@code published-api.txt}.
 */
class PublishedApiTest {
  private static final String UPDATE = "sluice.api.update";
  private static final String FILE =
      "src/test/resources/dev/sluice/api/compatibility/published-api.txt";
  private static final Path DUMP = Path.of(System.getProperty("basedir", ""), FILE);

  @Test
  void publishedApi_isStillOffered() throws Exception {
    ApiDump now = exported();
    ApiComparison comparison = ApiComparison.of(published(), now);

    assertTrue(comparison.breaks().isEmpty(), () -> breakMessage(comparison.breaks()));
    if (Boolean.getBoolean(UPDATE) || "".equals(System.getProperty(UPDATE))) {
      Files.writeString(DUMP, now.toString());
    } else {
      assertTrue(comparison.additions().isEmpty(), () -> additionMessage(comparison.additions()));
    }
  }

  private static String breakMessage(List<String> breaks) {
    return """
    The API has changed so that plugins compiled before may stop working:
      %s
    Bring back what is gone, beside what is new; make a new method of an interface a default one.
    If there is no other way: raise TransportProvider.SPI_VERSION and the registry's OLDEST_SPI to it,
    so that old plugins are refused with a reason, write a "Break:" line in CHANGELOG.md, and edit
      api/%s
    by hand.
    """
        .formatted(String.join("\n  ", breaks), FILE);
  }

  private static String additionMessage(List<String> additions) {
    return """
    The API offers more than is written down:
      %s
    If that is meant, it is a promise from now on: run
      mvn -pl api test -Dtest=PublishedApiTest -D%s
    and commit api/%s.
    If a release has the present TransportProvider.SPI_VERSION, raise it, so that older hosts refuse
    plugins that count on the new.
    """
        .formatted(String.join("\n  ", additions), UPDATE, FILE);
  }

  @Test
  void dump_readsBackAsItWasWritten() throws Exception {
    ApiDump now = exported();

    assertEquals(now, ApiDump.parse(now.toString().lines()));
    // What everybody knows is there, so the walk has not gone past the classes.
    assertTrue(
        now.toString().contains("  restricts abstract connect(dev.sluice.api.TransportAddress"),
        now::toString);
    assertTrue(now.types().size() >= 20, now::toString);
  }

  private static ApiDump published() throws IOException {
    return ApiDump.parse(Files.readAllLines(DUMP).stream());
  }

  /** All packages that the module exports to everybody. */
  private static ApiDump exported() throws Exception {
    Path classes =
        Path.of(TransportChannel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor module =
        ModuleFinder.of(classes).find("dev.sluice.api").orElseThrow().descriptor();
    return ApiDump.of(
        module.exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(exports -> classes.resolve(exports.source().replace('.', '/')))
            .flatMap(folder -> classesIn(classes, folder).stream()));
  }

  private static List<Class<?>> classesIn(Path root, Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.endsWith("package-info.class"))
          .<Class<?>>map(file -> named(root.relativize(file).toString()))
          .toList();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private static Class<?> named(String file) {
    try {
      return Class.forName(
          file.replaceFirst("\\.class$", "").replace('/', '.'),
          false,
          TransportChannel.class.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
