package dev.sluice.tck.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Puts a report beside the other results of a build: {@code NAME.json} and {@code NAME.md}. */
public final class ReportFiles {
  private static final Path DEFAULT_FOLDER = Path.of("target", "sluice-tck");

  private ReportFiles() {}

  /**
   * Writes both files.
   *
   * @param report what to write; its transport gives the name
   * @param folder where to; made if it is absent; {@code target/sluice-tck} where none is given
   * @throws UncheckedIOException if they cannot be written
   */
  public static void write(Report report, Optional<String> folder) {
    Path target = folder.map(Path::of).orElse(DEFAULT_FOLDER);
    try {
      Files.createDirectories(target);
      write(target.resolve(report.transport() + ".json"), ReportJson.of(report));
      write(target.resolve(report.transport() + ".md"), ReportMarkdown.of(report));
    } catch (IOException failed) {
      throw new UncheckedIOException(
          "writing the report to "
              + target.toAbsolutePath()
              + "; -Dsluice.tck.report=FOLDER chooses another folder",
          failed);
    }
  }

  /** A message of a broken transport may hold half a character, for which writeString fails. */
  private static void write(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
