package dev.sluice.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where the build has put things. */
public final class Project {
  private Project() {}

  /** Returns the top-level folder of the source tree. */
  public static Path root() {
    return Path.of(property("sluice.root")).toAbsolutePath().normalize();
  }

  /** Returns the launcher script. */
  public static Path launcher() {
    return root().resolve("sluice");
  }

  /** Returns the version under test. */
  public static String version() {
    return property("sluice.version");
  }

  /** Returns the {@code java} of the JVM that runs the tests. */
  public static Path java() {
    return Path.of(property("java.home"), "bin", "java");
  }

  /** Returns a folder for files of test processes, below the build output. */
  public static Path scratch() {
    try {
      return Files.createDirectories(root().resolve("it-tests/target/processes"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Returns the jar of a module.
   *
   * @param folder the module's folder
   */
  public static Path jar(String folder) {
    return root().resolve(folder + "/target/sluice-" + folder + "-" + version() + ".jar");
  }

  /** Returns the jars that the command runs from, its own included. */
  public static List<Path> runtimeJars() {
    List<Path> jars = jarsIn("cli/target/lib");
    jars.add(jar("cli"));
    return jars;
  }

  /** Returns the jars that the command needs beside these to serve metrics. */
  public static List<Path> metricsJars() {
    return jarsIn("cli/target/metrics");
  }

  private static List<Path> jarsIn(String folder) {
    List<Path> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(root().resolve(folder))) {
      files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return jars;
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }
}
