package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutsideToolsTest {
  /** Found through a service file that the test writes. */
  public static final class Simulate implements ToolProvider {
    @Override
    public String name() {
      return "sluice-simulate";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
      return 0;
    }
  }

  @Test
  void load_findsToolsByPrefix_pastThoseThatCannotBeLoaded(@TempDir Path folder)
      throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(ToolProvider.class.getName()),
        "not.there.Tool\n" + Simulate.class.getName() + "\n");

    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {url(folder)}, getClass().getClassLoader())) {
      // The JDK's own tools, such as jar, have other names.
      assertEquals(Set.of("simulate", "tck"), OutsideTools.load(loader).keySet());
    }
  }

  private static URL url(Path folder) throws MalformedURLException {
    return folder.toUri().toURL();
  }
}
