package dev.sluice.cli.relay;

import dev.sluice.api.ByteCounts;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds a rate, such as {@code 100MiB}, or nothing where there is no limit; it may be
 * changed at any time. Used by one thread at a time.
 */
final class RateFile {
  /** More is no rate, but the wrong file. */
  private static final int MOST_BYTES = 64;

  private static final String HINT =
      "write bytes a second into it, such as 100MiB, or nothing for no limit";

  private final Path file;
  private OptionalLong rate = OptionalLong.empty();

  /** Null while all is well. */
  private @Nullable String toldProblem;

  /**
   * Reads it for the first time.
   *
   * @throws CommandException if that fails
   */
  RateFile(Path file) throws CommandException {
    this.file = file;
    try {
      rate = read();
    } catch (IOException | IllegalArgumentException problem) {
      throw new CommandException(Failure.usage(text(problem), HINT));
    }
  }

  /** Returns the rate that it held last. */
  OptionalLong rate() {
    return rate;
  }

  /**
   * Reads it again.
   *
   * @param change told a new rate
   * @param warning told, once, why there is none; the old rate stays then
   */
  void look(Consumer<OptionalLong> change, Consumer<Failure> warning) {
    try {
      OptionalLong now = read();
      toldProblem = null;
      if (!now.equals(rate)) {
        rate = now;
        change.accept(now);
      }
    } catch (IOException | IllegalArgumentException problem) {
      String text = text(problem) + "; the rate stays as it was";
      if (!text.equals(toldProblem)) {
        toldProblem = text;
        warning.accept(
            new Failure(
                ExitCode.USAGE,
                "usage",
                text,
                Optional.of(HINT),
                Optional.empty(),
                Optional.empty(),
                Optional.of(problem)));
      }
    }
  }

  private OptionalLong read() throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException("it is a folder");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException("it holds more than " + MOST_BYTES + " bytes");
    }
    String text = Files.readString(file, StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    long bytesPerSecond = ByteCounts.parse(text);
    if (bytesPerSecond == 0) {
      throw new IllegalArgumentException("'" + text + "' would move nothing");
    }
    return OptionalLong.of(bytesPerSecond);
  }

  private static String why(IOException problem) {
    return switch (problem) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user may not";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> String.valueOf(problem.getMessage());
    };
  }

  private String text(Exception problem) {
    String why =
        problem instanceof IOException unreadable
            ? "it cannot be read (" + why(unreadable) + ")"
            : String.valueOf(problem.getMessage());
    return "the rate file " + file + ": " + why;
  }
}
