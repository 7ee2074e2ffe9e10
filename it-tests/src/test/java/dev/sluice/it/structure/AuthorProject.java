package dev.sluice.it.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Command;
import dev.sluice.it.support.Json;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Published;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Maven project outside of this one, which gets our artifacts from a repository, as anybody's
 * does.
 *
 * <p>Its local repository is one of its own, so that nobody else's build meets what this one has
 * made. Everything but our artifacts comes from the local repository of the build that runs these
 * tests, which needs the same plugins; what should be missing there comes from where Maven gets it
 * otherwise.
 */
final class AuthorProject {
  /** Some ten times of what it takes. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Path folder;

  private AuthorProject(Path folder) {
    this.folder = folder;
  }

  /** Returns an empty project, without what an earlier run may have left. */
  static AuthorProject empty(String name) throws IOException {
    return new AuthorProject(emptied(scratch().resolve(name)));
  }

  /** Returns a copy of a project, without what was built in it. */
  static AuthorProject copyOf(Path original) throws IOException {
    AuthorProject project = empty(String.valueOf(original.getFileName()));
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = original.relativize(file);
        if (!name.startsWith("target")) {
          project.add(name.toString(), Files.readString(file));
        }
      }
    }
    return project;
  }

  Path folder() {
    return folder;
  }

  /** Adds a file. */
  void add(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, content);
  }

  /** Runs {@code mvn verify}, which has to succeed. */
  void verify() throws IOException, InterruptedException {
    Published.to(emptied(scratch().resolve("published")));
    emptied(localRepository().resolve("dev/sluice"));
    Path settings = Files.writeString(scratch().resolve("settings.xml"), settings());
    Command maven =
        Command.of(
            property("sluice.maven"),
            "-B",
            "-ntp",
            "-s",
            settings.toString(),
            "-Dmaven.repo.local=" + localRepository(),
            "-f",
            folder.resolve("pom.xml").toString(),
            "verify");
    try (Running running = maven.start()) {
      Outcome outcome = running.await(LIMIT);
      assertEquals(0, outcome.code(), outcome::toString);
    }
  }

  private static String settings() {
    return """
    <settings>
      <profiles>
        <profile>
          <id>outside</id>
          <repositories>%s%s</repositories>
          <pluginRepositories>%s</pluginRepositories>
        </profile>
      </profiles>
      <activeProfiles>
        <activeProfile>outside</activeProfile>
      </activeProfiles>
    </settings>
    """
        .formatted(
            repository("repository", "published", scratch().resolve("published")),
            repository("repository", "present", Path.of(property("sluice.localRepository"))),
            repository("pluginRepository", "present", Path.of(property("sluice.localRepository"))));
  }

  private static String repository(String element, String id, Path place) {
    return """
    <%1$s>
      <id>%2$s</id>
      <url>%3$s</url>
      <releases><checksumPolicy>ignore</checksumPolicy></releases>
      <snapshots><checksumPolicy>ignore</checksumPolicy></snapshots>
    </%1$s>
    """
        .formatted(element, id, place.toUri());
  }

  /**
   * Looks at the kit's report: that it ran, and that no rule failed.
   *
   * @param testClass the class that extends the kit's
   * @param atLeast how many rules have to have passed, so that it has tried what there is to try
   */
  void assertPassedTheKit(String testClass, int atLeast) throws IOException {
    Path report = folder.resolve("target/sluice-tck/" + testClass + ".json");
    assertTrue(Files.exists(report), () -> "the kit did not run: no " + report);
    List<String> verdicts = verdicts(Json.parse(Files.readString(report)));

    assertFalse(verdicts.contains("failed"), report::toString);
    long passed = verdicts.stream().filter("passed"::equals).count();
    assertTrue(passed >= atLeast, () -> "only " + passed + " rules passed: " + report);
  }

  private static List<String> verdicts(@Nullable Object report) {
    Map<?, ?> fields = assertInstanceOf(Map.class, report);
    List<?> rules = assertInstanceOf(List.class, fields.get("rules"));
    return rules.stream()
        .map(rule -> String.valueOf(assertInstanceOf(Map.class, rule).get("verdict")))
        .toList();
  }

  /** Returns the jar that was built: one, because it needs no other. */
  List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("target"))) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
      assertEquals(1, jars.size(), jars::toString);
      return jars;
    }
  }

  private static Path scratch() {
    return Project.root().resolve("it-tests/target/authors");
  }

  private static Path localRepository() {
    return scratch().resolve("local-repository");
  }

  private static Path emptied(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    return Files.createDirectories(folder);
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }
}
