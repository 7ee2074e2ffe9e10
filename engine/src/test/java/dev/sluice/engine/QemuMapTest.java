package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** The tests that {@code docs/qemu-map.md} names are there. */
final class QemuMapTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");

  private static List<String> lines() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "qemu-map.md"));
  }

  @Test
  void everyTestItNames_exists() throws IOException {
    var missing = new TreeSet<String>();
    var seen = new TreeSet<String>();
    for (String line : lines()) {
      for (MatchResult test : TEST.matcher(line).results().toList()) {
        seen.add(test.group());
        if (!exists(test.group(1), test.group(2))) {
          missing.add(test.group());
        }
      }
    }
    assertEquals(new TreeSet<String>(), missing);
    assertTrue(seen.size() > 40, "only " + seen.size() + " tests were seen");
  }

  private static boolean exists(String className, String methodName) {
    try {
      Method[] methods =
          Class.forName(QemuMapTest.class.getPackageName() + "." + className).getDeclaredMethods();
      return Arrays.stream(methods)
          .anyMatch(
              method ->
                  method.getName().equals(methodName)
                      && AnnotationSupport.isAnnotated(method, Testable.class));
    } catch (ClassNotFoundException unknown) {
      return false;
    }
  }

  @Test
  void everyRowOfAFunction_namesATest() throws IOException {
    String section = "";
    int rows = 0;
    for (String line : lines()) {
      if (line.startsWith("## ")) {
        section = line;
      }
      if (line.startsWith("| `") && !section.equals("## Left out")) {
        rows++;
        assertTrue(TEST.matcher(line).find(), line);
      }
    }
    assertTrue(rows > 35, "only " + rows + " rows were seen");
  }
}
