package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/spec/rdma-sim.md says of itself and of the tests. */
@Timeout(60)
class SpecificationTest {
  private static final Pattern RULE = Pattern.compile("(?m)^\\*\\*(RS-\\d+\\.\\d+)\\*\\*");
  private static final Pattern REFERENCE = Pattern.compile("RS-\\d+\\.\\d+");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| S(\\d\\d) \\|([^|]*)\\|([^|]*)\\|([^|]*)\\|([^|]*)\\|$");
  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)(\\*?)`");

  /** A test of JUnit, with whatever stands between its annotation and its name. */
  private static final Pattern TEST_METHOD =
      Pattern.compile(
          "(?s)@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\\b(?:(?!\\n\\s*}\\n).)*?"
              + "\\n\\s+(?:final |static )*(?:void|Stream<DynamicTest>) (\\w+)\\(");

  private static final int SCENARIO_COUNT = 60;

  /**
   * Ends the names of those who run the scenarios of the package {@code kit}, one for each mode.
   */
  private static final String KIT_RUNNER = "VerbsTest";

  private final String page;

  /** By class name without its package, which several may share that no scenario names. */
  private final Map<String, List<Path>> sources;

  SpecificationTest() throws IOException {
    Path root = root();
    page = Files.readString(root.resolve("docs/spec/rdma-sim.md"));
    sources = sourcesIn(root);
  }

  /** The module's folder is where Maven runs tests; the project is above it. */
  private static Path root() {
    Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("docs/spec/rdma-sim.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new AssertionError(
            "no docs/spec/rdma-sim.md above " + System.getProperty("user.dir"));
      }
    }
    return folder;
  }

  private static Map<String, List<Path>> sourcesIn(Path root) throws IOException {
    Map<String, List<Path>> found = new HashMap<>();
    for (String module : List.of("transport-rdma-sim", "it-tests", "transport-tck", "bench")) {
      Path tests = root.resolve(module).resolve("src/test/java");
      if (Files.isDirectory(tests)) {
        try (Stream<Path> files = Files.walk(tests)) {
          files
              .filter(file -> file.toString().endsWith(".java"))
              .forEach(
                  file ->
                      found.computeIfAbsent(className(file), name -> new ArrayList<>()).add(file));
        }
      }
    }
    return found;
  }

  private static String className(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.length() - ".java".length());
  }

  private List<MatchResult> rows() {
    return ROW.matcher(page).results().toList();
  }

  @Test
  void rules_haveNumbersOfTheirOwn() {
    List<String> numbers = RULE.matcher(page).results().map(rule -> rule.group(1)).toList();
    assertTrue(numbers.size() > 100, () -> numbers.size() + " rules");
    Set<String> twice = new TreeSet<>(numbers);
    for (String number : Set.copyOf(numbers)) {
      if (numbers.indexOf(number) == numbers.lastIndexOf(number)) {
        twice.remove(number);
      }
    }
    assertEquals(Set.of(), twice);
  }

  @Test
  void references_leadToRules() {
    Set<String> rules =
        RULE.matcher(page).results().map(rule -> rule.group(1)).collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    REFERENCE.matcher(page).results().map(MatchResult::group).forEach(unknown::add);
    unknown.removeAll(rules);
    assertEquals(Set.of(), unknown);
  }

  @Test
  void scenarios_areAllThere_eachOnce() {
    assertEquals(
        IntStream.rangeClosed(1, SCENARIO_COUNT).boxed().toList(),
        rows().stream().map(row -> Integer.valueOf(row.group(1))).toList());
  }

  @Test
  void scenarios_nameATestForEachMode_orSayWhyNot() {
    for (MatchResult row : rows()) {
      boolean inKit = TEST.matcher(row.group(3)).find();
      for (int mode = 4; mode <= 5; mode++) {
        String text = row.group(mode).strip();
        assertTrue(
            inKit || TEST.matcher(text).find() || text.length() > "n/a".length(),
            () -> "S" + row.group(1) + " says nothing of one mode");
      }
    }
  }

  @Test
  void tests_thatAreNamed_exist() throws IOException {
    List<String> missing = new ArrayList<>();
    for (MatchResult row : rows()) {
      for (MatchResult test : TEST.matcher(row.group()).results().toList()) {
        if (!exists(test)) {
          missing.add("S" + row.group(1) + ": " + test.group());
        }
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void tests_thatAreNamed_areOfOneClass() {
    Set<String> ambiguous = new TreeSet<>();
    for (MatchResult row : rows()) {
      TEST.matcher(row.group()).results().forEach(test -> ambiguous.add(test.group(1)));
    }
    ambiguous.removeIf(name -> sources.getOrDefault(name, List.of()).size() < 2);
    assertEquals(Set.of(), ambiguous);
  }

  private boolean exists(MatchResult test) throws IOException {
    String name = test.group(2);
    boolean prefix = !test.group(3).isEmpty();
    for (Path source : sources.getOrDefault(test.group(1), List.of())) {
      if (TEST_METHOD
          .matcher(Files.readString(source))
          .results()
          .map(method -> method.group(1))
          .anyMatch(method -> prefix ? method.startsWith(name) : method.equals(name))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void sharedScenarios_runInEveryMode() throws IOException {
    Set<String> scenarios = new TreeSet<>();
    for (MatchResult row : rows()) {
      TEST.matcher(row.group(3)).results().forEach(test -> scenarios.add(test.group(1)));
    }
    Set<String> runners = new TreeSet<>(sources.keySet());
    runners.removeIf(name -> !name.endsWith(KIT_RUNNER));
    assertTrue(runners.size() >= 2, runners::toString);
    for (String runner : runners) {
      String source = Files.readString(sources.getOrDefault(runner, List.of()).getFirst());
      for (String scenario : scenarios) {
        assertTrue(
            source.contains("extends " + scenario + " {"),
            () -> runner + " does not run " + scenario);
      }
    }
  }
}
