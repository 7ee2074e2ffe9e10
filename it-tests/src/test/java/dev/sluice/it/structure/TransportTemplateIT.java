package dev.sluice.it.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Pom;
import dev.sluice.it.support.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code examples/transport-template} is a project of its own that builds as it is. */
class TransportTemplateIT {
  private static final Path TEMPLATE = Project.root().resolve("examples/transport-template");

  private static AuthorProject project;

  @TempDir Path folder;

  @BeforeAll
  @Timeout(360)
  static void build() throws Exception {
    project = AuthorProject.copyOf(TEMPLATE);
    project.verify();
  }

  @Test
  void template_isOfThisVersion() throws IOException {
    assertEquals(
        Project.version(),
        Pom.of(TEMPLATE.resolve("pom.xml")).text("properties", "sluice.version"));
  }

  @Test
  void template_passesTheKit() throws IOException {
    project.assertPassedTheKit("GzipContractTest", 40);
  }

  @ParameterizedTest
  @EnumSource
  void copy_storesAndBringsBack(PathsIT.Start start) throws Exception {
    Path in = Bytes.file(folder.resolve("in"), 1_000_001);
    Path stored = folder.resolve("stored.gz");
    Path out = folder.resolve("out");

    start
        .command(project.jars(), "copy", "file:" + in, "acme.gzip:" + stored)
        .run()
        .copied(Mode.PLAIN, 1_000_001);
    start
        .command(project.jars(), "copy", "acme.gzip:" + stored, "file:" + out)
        .run()
        .copied(Mode.PLAIN, 1_000_001);

    Bytes.assertSame(in, out);
    try (GZIPInputStream gunzip = new GZIPInputStream(Files.newInputStream(stored))) {
      assertArrayEquals(Files.readAllBytes(in), gunzip.readAllBytes());
    }
  }

  @Test
  void readme_tellsHowToStart() throws IOException {
    String readme = Files.readString(TEMPLATE.resolve("README.md"));

    assertTrue(readme.contains("mvn -B verify"), readme);
  }
}
