package dev.sluice.api.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which changes are found, and what they count as, shown with sources that are compiled here. */
class ApiComparisonTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          interface T { void a(); void b(); } | interface T { void a(); }                       | gone: offers public void b()
          interface T { void a(); }           | interface T { void a(); void b(); }             | new: restricts abstract b()
          abstract class T { public T() {} }  | abstract class T { public T() {} protected abstract void b(); } | new: restricts abstract b()
          interface T { }                     | interface T extends Runnable { }                | new: restricts abstract run()
          interface T { int N = 1; }          | interface T { int N = 2; }                      | gone: offers public static final int N = 1; now: offers public static final int N = 2
          interface T { String S = "a"; }     | interface T { String S = "b"; }                 | gone: offers public static final java.lang.String S = a
          interface T { int SPI_VERSION = 2; } | interface T { int SPI_VERSION = 1; }           | gone: offers public static final int SPI_VERSION = 2
          interface T { int a(); }            | interface T { long a(); }                       | gone: offers public int a(); now: offers public long a()
          interface T { void a(int i); }      | interface T { void a(long i); }                 | gone: offers public void a(int)
          interface T { void a(); }           | interface T { void a() throws Exception; }      | gone: offers public void a()
          class T { public T() {} }           | class T { T() {} }                              | gone: offers public new()
          class T { public T() {} }           | final class T { public T() {} }                 | new: restricts final
          class T { public T() {} }           | abstract class T { public T() {} }              | new: restricts abstract
          class T { public T() {} public void a() {} } | class T { public T() {} public final void a() {} } | new: restricts final a()
          class T { public T() {} public void a() {} } | class T { public T() {} protected void a() {} } | gone: offers public void a()
          class T { public static void a() {} } | class T { public void a() {} }                | gone: offers public static void a()
          class T { public int n; }           | class T { }                                     | gone: offers public int n
          class T implements Runnable { public void run() {} } | class T { public void run() {} } | gone: offers type java.lang.Runnable
          enum T { A, B }                     | enum T { A }                                    | gone: offers public static constant B
          record T(int a) {}                  | record T(int a, int b) {}                       | gone: offers public new(int)
          interface T { class N {} }          | interface T { }                                 | p.T$N: the type is gone
          """)
  void break_isFound(String before, String after, String message) throws Exception {
    ApiComparison comparison = compare(before, after);

    assertTrue(
        comparison.breaks().stream().anyMatch(each -> each.contains(message)),
        comparison::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          interface T { }                     | interface T { default void b() {} }             | new: offers public void b()
          interface T { void a(); }           | interface T { default void a() {} }             | gone: restricts abstract a()
          interface T { }                     | interface T { static void b() {} }              | new: offers public static void b()
          interface T { }                     | interface T { interface N { void c(); } }       | p.T$N: a new type
          interface T { int SPI_VERSION = 1; } | interface T { int SPI_VERSION = 2; }           | new: offers public static final int SPI_VERSION = 2
          enum T { A }                        | enum T { A, B }                                 | new: offers public static constant B
          final class T { }                   | class T { }                                     | gone: restricts final
          class T { T() {} }                  | class T { public T() {} }                       | new: offers public new()
          final class T { }                   | final class T { public final void a() {} }      | new: offers public void a()
          """)
  void addition_isFound_andBreaksNothing(String before, String after, String message)
      throws Exception {
    ApiComparison comparison = compare(before, after);

    assertEquals(List.of(), comparison.breaks());
    assertTrue(
        comparison.additions().stream().anyMatch(each -> each.contains(message)),
        comparison::toString);
  }

  /** Nobody outside can see it, so nobody relies on it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          class T { void a() {} }             | class T { private int b; }
          class T { class N {} }              | class T { }
          class T { T() {} }                  | class T { private T(int a) {} }
          enum T { A }                        | enum T { A { @Override public String toString() { return ""; } } }
          """)
  void whatNobodySees_mayChange(String before, String after) throws Exception {
    ApiComparison comparison = compare(before, after);

    assertEquals(List.of(), comparison.breaks());
    assertEquals(List.of(), comparison.additions());
  }

  @Test
  void typeThatIsGone_isABreak() throws Exception {
    ApiComparison comparison =
        ApiComparison.of(dump("before", "interface T { }"), ApiDump.of(Stream.empty()));

    assertEquals(List.of("p.T: the type is gone"), comparison.breaks());
  }

  private ApiComparison compare(String before, String after) throws Exception {
    return ApiComparison.of(dump("before", before), dump("after", after));
  }

  private ApiDump dump(String version, String source) throws Exception {
    Path classes = Files.createDirectory(folder.resolve(version));
    Path file = Files.writeString(classes.resolve("T.java"), "package p; public " + source);
    compile(file, classes);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
        Stream<Path> files = Files.list(classes.resolve("p"))) {
      List<Class<?>> types =
          files.<Class<?>>map(each -> load(loader, String.valueOf(each.getFileName()))).toList();
      return ApiDump.of(types.stream());
    }
  }

  private static Class<?> load(ClassLoader loader, String file) {
    try {
      return loader.loadClass("p." + file.replaceFirst("\\.class$", ""));
    } catch (ClassNotFoundException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void compile(Path source, Path classes) {
    StringWriter messages = new StringWriter();
    PrintWriter out = new PrintWriter(messages, true);
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, "-d", classes.toString(), "-proc:none", source.toString());
    assertEquals(0, status, messages::toString);
  }
}
