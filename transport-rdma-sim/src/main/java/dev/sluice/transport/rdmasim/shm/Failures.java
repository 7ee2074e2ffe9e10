package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Failures of this package, each with what the user can do. */
final class Failures {
  private Failures() {}

  static TransportException unreachable(
      String message, @Nullable String hint, @Nullable Throwable cause) {
    return new TransportException(Kind.UNREACHABLE, message, hint, cause);
  }

  /** In some folders, such as those of the kernel, nobody can make anything. */
  private static boolean parentExists(NoSuchFileException absent) {
    String path = absent.getFile();
    Path parent = path == null ? null : Path.of(path).getParent();
    return parent != null && Files.isDirectory(parent);
  }

  /** Returns what went wrong without the path, which the caller's message has already. */
  static String detail(IOException failure) {
    return switch (failure) {
      case NoSuchFileException absent when parentExists(absent) ->
          "it does not exist, and cannot be made there";
      case NoSuchFileException _ -> "it does not exist";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException other when other.getReason() != null ->
          Objects.requireNonNull(other.getReason());
      default -> Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    };
  }
}
