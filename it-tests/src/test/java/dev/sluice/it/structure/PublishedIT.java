package dev.sluice.it.structure;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Pom;
import dev.sluice.it.support.Pom.Dependency;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the published artifacts tell those who depend on them. */
class PublishedIT {
  private static final String GROUP = "dev.sluice";

  /** What only serves tests: nobody's program gets it along. The kit is a test's affair itself. */
  private static final Set<String> FOR_TESTS =
      Set.of("org.junit.jupiter", "org.junit.platform", "org.mockito", "org.awaitility");

  @TempDir Path folder;

  static Stream<String> folders() throws IOException {
    return Published.folders().stream();
  }

  static Stream<String> jarFolders() throws IOException {
    return Published.folders().stream()
        .filter(name -> Files.isDirectory(Project.root().resolve(name).resolve("src")));
  }

  @Test
  void tests_andBenchmarks_areNotPublished() throws IOException {
    Set<String> kept = new TreeSet<>(Published.pom(".").modules());
    kept.removeAll(Published.folders());

    assertEquals(Set.of("bench", "it-tests"), kept);
  }

  @Test
  void bom_hasEveryJar_inThisVersion() throws IOException {
    Set<String> jars = new TreeSet<>();
    for (String name : jarFolders().toList()) {
      jars.add(GROUP + ":sluice-" + name + ":" + Project.version());
    }
    Set<String> managed =
        Published.pom("bom").managedDependencies().stream()
            .map(each -> each.group() + ":" + each.artifact() + ":" + each.version())
            .collect(toCollection(TreeSet::new));

    assertEquals(jars, managed);
    assertEquals(Project.version(), Published.pom("bom").text("version"));
  }

  /** It would bring the versions of our libraries along. */
  @Test
  void bom_hasNoParent() throws IOException {
    assertEquals("", Published.pom("bom").text("parent", "artifactId"));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void pom_saysWhatItIs(String name) throws IOException {
    Pom pom = Published.pom(name);

    assertTrue(pom.text("artifactId").startsWith("sluice-"), name);
    assertFalse(pom.text("name").isEmpty(), name + " has no name");
    assertFalse(pom.text("description").isEmpty(), name + " has no description");
    boolean inherits = pom.text("parent", "artifactId").equals("sluice-parent");
    assertTrue(
        inherits || pom.text("licenses", "license", "name").equals("Apache-2.0"),
        name + " has no licence");
  }

  @ParameterizedTest
  @MethodSource("folders")
  void pom_passesOnPublishedArtifactsOnly(String name) throws IOException {
    Set<String> published = new TreeSet<>();
    for (String each : Published.folders()) {
      published.add(Published.pom(each).text("artifactId"));
    }
    for (Dependency dependency : Published.pom(name).dependencies()) {
      if (dependency.isPassedOn() && dependency.group().equals(GROUP)) {
        assertTrue(published.contains(dependency.artifact()), name + ": " + dependency);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("jarFolders")
  void pom_passesOnNothingOfTests_butThatOfTheKit(String name) throws IOException {
    if (name.equals("transport-tck")) {
      return;
    }
    for (Dependency dependency : Published.pom(name).dependencies()) {
      assertFalse(
          dependency.isPassedOn() && FOR_TESTS.contains(dependency.group()),
          name + ": " + dependency);
    }
  }

  @Test
  void kit_bringsTheApiAndJUnitOnly() throws IOException {
    Set<String> brought =
        Published.pom("transport-tck").dependencies().stream()
            .filter(Dependency::isPassedOn)
            .map(each -> each.group().equals(GROUP) ? each.artifact() : each.group())
            .collect(toCollection(TreeSet::new));

    assertEquals(Set.of("sluice-api", "org.junit.jupiter", "org.junit.platform"), brought);
  }

  @Test
  void api_bringsAnnotationsOnly() throws IOException {
    assertEquals(
        Set.of("org.jspecify"),
        Published.pom("api").dependencies().stream()
            .filter(Dependency::isPassedOn)
            .map(Dependency::group)
            .collect(toCollection(TreeSet::new)));
  }

  @Test
  void transports_bringNoEngineAndNoOtherTransport() throws IOException {
    for (String name : jarFolders().filter(each -> each.startsWith("transport-")).toList()) {
      assertEquals(
          Set.of("sluice-api"),
          Published.pom(name).dependencies().stream()
              .filter(Dependency::isPassedOn)
              .filter(each -> each.group().equals(GROUP))
              .map(Dependency::artifact)
              .collect(toCollection(TreeSet::new)),
          name);
    }
  }

  @Test
  void repository_holdsAPomOfEach_andTheJars() throws IOException {
    Published.to(folder);

    Path place = folder.resolve("dev/sluice/sluice-api").resolve(Project.version());
    assertTrue(Files.exists(place.resolve("sluice-api-" + Project.version() + ".jar")));
    for (String name : Published.folders()) {
      String artifact = Published.pom(name).text("artifactId");
      Path pom =
          folder
              .resolve("dev/sluice/" + artifact)
              .resolve(Project.version())
              .resolve(artifact + "-" + Project.version() + ".pom");
      assertTrue(Files.exists(pom), pom::toString);
    }
  }
}
