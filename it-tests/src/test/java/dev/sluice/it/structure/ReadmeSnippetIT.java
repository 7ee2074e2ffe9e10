package dev.sluice.it.structure;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Command;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works. */
class ReadmeSnippetIT {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```");

  /** A call of the command: after a prompt, an assignment, a pipe, or other commands. */
  private static final Pattern CALL =
      Pattern.compile("(?:^|[\\s|;&(])(?:\\./)?sluice((?:\\s+[^|;&#\\n)]+)?)");

  @TempDir Path folder;

  @Test
  void javaBlock_compilesAgainstTheModules() throws IOException {
    String block = blocks("java").findFirst().orElseThrow(() -> new AssertionError("no ```java"));

    String said =
        SourceCompiler.compile(
            folder,
            "Snippet",
            asClass(block),
            List.of(
                "--module-path",
                SourceCompiler.path(Project.runtimeJars()),
                "--add-modules",
                "dev.sluice.engine",
                "-Xlint:all,-path",
                "-Werror"));

    assertEquals("", said);
    long lines =
        block.lines().filter(line -> !line.isBlank() && !line.startsWith("import ")).count();
    assertTrue(lines <= 15, lines + " lines, the imports not counted");
  }

  /** A fragment is what one would write in a method. */
  private static String asClass(String block) {
    if (Pattern.compile("(?m)^(public |final )*(class|record|interface) |^(static )?void main")
        .matcher(block)
        .find()) {
      return block;
    }
    String imports =
        block.lines().filter(line -> line.startsWith("import ")).collect(joining("\n"));
    String statements =
        block.lines().filter(line -> !line.startsWith("import ")).collect(joining("\n"));
    return imports
        + "\nclass Snippet {\n  void run() throws Exception {\n"
        + statements
        + "\n  }\n}\n";
  }

  @Test
  void shellBlocks_nameWhatExists() throws Exception {
    List<String> problems = new ArrayList<>();
    int calls = 0;
    for (String arguments : calls()) {
      calls++;
      List<String> words = List.of(arguments.strip().split("\\s+"));
      problems.addAll(unknownIn(words));
    }
    assertTrue(calls >= 4, "only " + calls + " calls of the command in the README");
    assertEquals(List.of(), problems);
  }

  private static List<String> unknownIn(List<String> words) throws Exception {
    String first = words.getFirst();
    boolean topLevel = first.isEmpty() || first.startsWith("-");
    Outcome help =
        topLevel ? Command.sluice("--help").run() : Command.sluice(first, "--help").run();
    if (help.code() != 0) {
      return List.of("sluice " + first + " --help ended with " + help.code());
    }
    return words.stream()
        .filter(word -> word.matches("--?[a-z].*"))
        .map(option -> option.replaceFirst("=.*", ""))
        .filter(option -> !Pattern.compile("(^|\\W)" + option + "\\b").matcher(help.out()).find())
        .map(option -> "sluice " + first + " has no " + option)
        .toList();
  }

  @Test
  void readme_hasTheTwoCommands() throws IOException {
    String shell = shellBlocks().collect(joining("\n"));

    assertTrue(shell.contains("./sluice demo"), "no ./sluice demo");
    assertTrue(Pattern.compile("mvn .*verify").matcher(shell).find(), "no mvn verify");
  }

  @Test
  void readme_namesEveryModule() throws IOException {
    String readme = readme();
    List<String> folders =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(Project.root().resolve("pom.xml")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertFalse(folders.isEmpty());

    assertEquals(List.of(), folders.stream().filter(name -> !readme.contains(name)).toList());
  }

  private static List<String> calls() throws IOException {
    String joined = shellBlocks().collect(joining("\n")).replace("\\\n", " ");
    return joined
        .lines()
        .filter(line -> !line.strip().startsWith("#"))
        .flatMap(line -> CALL.matcher(line).results())
        .map(found -> found.group(1))
        .toList();
  }

  private static Stream<String> shellBlocks() throws IOException {
    String text = readme();
    return Stream.of("sh", "shell", "bash", "console").flatMap(language -> blocks(text, language));
  }

  private static Stream<String> blocks(String language) throws IOException {
    return blocks(readme(), language);
  }

  private static Stream<String> blocks(String text, String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(found -> found.group(1).equals(language))
        .map((MatchResult found) -> found.group(2));
  }

  private static String readme() throws IOException {
    return Files.readString(Project.root().resolve("README.md"));
  }
}
