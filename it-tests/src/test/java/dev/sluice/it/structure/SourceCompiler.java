package dev.sluice.it.structure;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles what somebody else would write, against the packed jars. */
final class SourceCompiler {
  private SourceCompiler() {}

  /**
   * Compiles one file.
   *
   * @param folder where the source and the classes go
   * @param name of the class
   * @param source its text
   * @param options of the compiler
   * @return what the compiler said; empty if it had nothing to complain of
   */
  static String compile(Path folder, String name, String source, List<String> options)
      throws IOException {
    Path file = folder.resolve(name + ".java");
    Files.writeString(file, source);
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  Stream.concat(Stream.of("-d", folder.toString(), "-proc:none"), options.stream())
                      .toList(),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      return compiled ? "" : "not compiled:\n" + messages;
    }
  }

  /** Returns the jars as a path for {@code java} and {@code javac}. */
  static String path(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
