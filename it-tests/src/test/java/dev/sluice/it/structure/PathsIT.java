package dev.sluice.it.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Installed;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Project;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same program, started without the launcher. */
class PathsIT {
  @TempDir Path folder;

  /** How the JVM is told of the jars. */
  enum Start {
    CLASS_PATH {
      @Override
      List<String> arguments(String path) {
        return List.of("-cp", path, "dev.sluice.cli.Main");
      }
    },
    MODULE_PATH {
      @Override
      List<String> arguments(String path) {
        return List.of("-p", path, "-m", "dev.sluice.cli");
      }
    };

    abstract List<String> arguments(String path);

    Command command(List<Path> more, String... arguments) {
      List<Path> jars = new ArrayList<>(Project.runtimeJars());
      jars.addAll(more);
      return Command.of(Project.java().toString())
          .plus(arguments(SourceCompiler.path(jars)).toArray(String[]::new))
          .plus(arguments);
    }
  }

  @Test
  void transports_areTheSameOnBothPaths() throws Exception {
    List<String> classPath =
        Installed.schemes(Start.CLASS_PATH.command(List.of(), "transports", "--json").run());
    List<String> modulePath =
        Installed.schemes(Start.MODULE_PATH.command(List.of(), "transports", "--json").run());

    assertEquals(Installed.OWN_SCHEMES, classPath);
    assertEquals(classPath, modulePath);
  }

  @ParameterizedTest
  @EnumSource
  void copy_works_besideABrokenProvider(Start start) throws Exception {
    Path broken = BrokenJar.THROWING.make(folder);
    Path in = Bytes.file(folder.resolve("in"), 100_001);
    Path out = folder.resolve("out");

    start
        .command(List.of(broken), "copy", "file:" + in, "file:" + out)
        .run()
        .copied(Mode.PLAIN, 100_001);

    Bytes.assertSame(in, out);
  }

  /** Only the launcher adds them, and only where they are asked for. */
  @ParameterizedTest
  @EnumSource
  void metricsWithoutTheirJars_areExplained(Start start) throws Exception {
    start
        .command(List.of(), "relay", "tcp:127.0.0.1:0", "tcp:127.0.0.1:9", "--metrics", ":0")
        .run()
        .failed(Mode.PLAIN, 11, "Micrometer", "metrics");
  }

  @Test
  void metricsWithTheirJars_areServedFromTheClassPath() throws Exception {
    Outcome outcome =
        Start.CLASS_PATH
            .command(Project.metricsJars(), "relay", "tcp:127.0.0.1:0", "tcp:127.0.0.1:9")
            .plus("--metrics", ":0", "--accept-timeout", "100ms")
            .run();

    assertTrue(outcome.err().startsWith("metrics on http://127.0.0.1:"), outcome::toString);
    assertEquals(10, outcome.code(), outcome::toString);
  }

  static Stream<Arguments> brokenJars() {
    return Stream.of(Start.values())
        .flatMap(
            start ->
                Stream.of(BrokenJar.values())
                    .filter(jar -> start == Start.CLASS_PATH || jar.startsAsModule())
                    .map(jar -> Arguments.of(start, jar)));
  }

  @ParameterizedTest
  @MethodSource("brokenJars")
  void brokenProvider_isExplained_andHidesNobody(Start start, BrokenJar kind) throws Exception {
    Path jar = kind.make(folder);

    Outcome listed = start.command(List.of(jar), "transports").run();
    String text = listed.out() + listed.err();
    for (String scheme : Installed.OWN_SCHEMES) {
      assertTrue(text.contains(scheme), () -> scheme + " is hidden: " + listed);
    }
    assertTrue(text.contains("broken.Provider"), () -> "the class is not named: " + listed);
    assertTrue(
        text.contains(String.valueOf(jar.getFileName())), () -> "the jar is not named: " + listed);
    listed.noTrace();

    Outcome json = start.command(List.of(jar), "transports", "--json").run();
    assertEquals(Installed.OWN_SCHEMES, Installed.schemes(json));
    assertTrue(json.out().contains("broken.Provider"), json::toString);
  }
}
