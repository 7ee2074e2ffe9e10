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
import java.util.concurrent.TimeUnit;

/**
 * Sends a file through another process of this command, {@code sluice copy - -}: the standard
 * streams of this one are in use. Used once.
 */
final class ProcessTrip {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** How long a process that no longer takes or gives bytes may need to end. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

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
      tasks.start(() -> awaitSuccess(process, errors));
      tasks.await(LIMIT);
    } catch (IOException failure) {
      throw explained(failure, process, errors);
    } finally {
      process.destroyForcibly();
    }
    return new Passage(Set.of(), Duration.ofNanos(System.nanoTime() - start), received);
  }

  private static void awaitSuccess(Process process, Path errors) throws IOException {
    try {
      process.waitFor();
      requireSuccess(process, errors);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void requireSuccess(Process process, Path errors) throws IOException {
    int status = process.exitValue();
    if (status != 0) {
      throw new IOException(
          "another sluice ended with status " + status + ": " + Files.readString(errors).strip());
    }
  }

  /** A process that dies breaks the pipe to it: that may be seen first, and tells less. */
  private static IOException explained(IOException failure, Process process, Path errors) {
    try {
      if (process.waitFor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        requireSuccess(process, errors);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException better) {
      better.addSuppressed(failure);
      return better;
    }
    return failure;
  }
}
