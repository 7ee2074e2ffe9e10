package dev.sluice.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A private folder that goes when it is closed, and with Ctrl-C too. */
final class TemporaryFolder implements AutoCloseable {
  private static final int ATTEMPTS = 20;

  private final Path path = Files.createTempDirectory("sluice-demo-");

  TemporaryFolder() throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::delete, "sluice-demo-cleaner"));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    delete();
  }

  /** Again and again, because with Ctrl-C the demo goes on until the process is gone. */
  private void delete() {
    for (int attempt = 0; attempt < ATTEMPTS && Files.exists(path); attempt++) {
      deleteTree();
    }
  }

  /** Whatever cannot be deleted stays, in the system's folder for such things. */
  private void deleteTree() {
    try (Stream<Path> tree = Files.walk(path)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : deepestFirst) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException | UncheckedIOException inUse) {
      System.getLogger("dev.sluice.cli").log(System.Logger.Level.DEBUG, "deleting " + path, inUse);
    }
  }
}
