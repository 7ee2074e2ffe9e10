package dev.sluice.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sends a file through another process of this command, {@code sluice copy - -}: the standard
 * streams of this one are in use. Used once.
 */
final class ProcessTrip {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<String> self;
  private final Path file;
  private final Path folder;

  /** Written by a task that is waited for before it is read. */
  private Optional<Sum> received = Optional.empty();

  ProcessTrip(List<String> self, Path file, Path folder) {
    this.self = self;
    this.file = file;
    this.folder = folder;
  }

  Passage run() throws IOException {
    List<String> command = new ArrayList<>(self);
    command.addAll(List.of("copy", "-q", "-", "-"));
    Path errors = Files.createTempFile(folder, "sluice-", ".err");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(Redirect.to(errors.toFile())).start();
    try (Tasks tasks = new Tasks()) {
      tasks.start(
          () -> {
            try (OutputStream in = process.getOutputStream()) {
              Files.copy(file, in);
            }
          });
      tasks.start(
          () -> {
            try (InputStream out = process.getInputStream()) {
              received = Optional.of(Sum.of(out));
            }
          });
      tasks.start(() -> requireSuccess(process, errors));
      tasks.await(LIMIT);
    } finally {
      process.destroyForcibly();
    }
    return new Passage(Set.of(), Duration.ofNanos(System.nanoTime() - start), received);
  }

  private static void requireSuccess(Process process, Path errors) throws IOException {
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "another sluice ended with status " + status + ": " + Files.readString(errors).strip());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
