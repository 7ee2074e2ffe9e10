package dev.sluice.engine.plugin;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** A plugin, or a whole plugin folder, that cannot be used as it lies there. */
public final class PluginException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final String reason;
  private final String advice;

  PluginException(String reason, String advice, @Nullable Throwable cause) {
    super(reason, cause);
    this.reason = reason;
    this.advice = advice;
  }

  /** Something could not be read. */
  static PluginException unreadable(IOException failure) {
    return switch (failure) {
      case NoSuchFileException missing ->
          new PluginException(
              missing.getFile() + " does not exist",
              "check the path; what it is a link to may be gone",
              failure);
      case NotDirectoryException file ->
          new PluginException(file.getFile() + " is not a folder", "check the path", failure);
      case AccessDeniedException denied ->
          new PluginException(
              "permission to read " + denied.getFile() + " was denied",
              "let this user read it, and enter the folders above it",
              failure);
      case FileSystemException other ->
          new PluginException(
              "reading it failed: " + other.getMessage(), "check the disk", failure);
      default -> new PluginException("reading it failed: " + failure, "check the disk", failure);
    };
  }

  /** Returns what is wrong, in a line. */
  public String reason() {
    return reason;
  }

  /** Returns what to do about it. */
  public String advice() {
    return advice;
  }
}
