package dev.sluice.transport.file;

import dev.sluice.api.ByteCounts;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns what the system says into a message: which file, how far, why, and what to do. */
final class FileFailure {
  /** Less than this, and a failed write is most likely for want of space. */
  private static final long HARDLY_ANY_BYTES = 1 << 20;

  private FileFailure() {}

  /**
   * Translates what stopped a file from being opened.
   *
   * @param what the file, for the message
   * @return the translation; {@code cause} where it is one, or the file was only closed
   */
  static IOException opening(String what, IOException cause) {
    if (isTold(cause)) {
      return cause;
    }
    return new TransportException(
        Kind.IO, "cannot open " + what + ": " + reason(cause), hint(cause), cause);
  }

  /**
   * Translates what stopped a transfer.
   *
   * @param doing the operation and the file, such as {@code writing file /x}
   * @param byteCount how many bytes had been moved
   * @return the translation; {@code cause} where it is one, or the file was only closed
   */
  static IOException moving(
      Kind kind, String doing, long byteCount, @Nullable String hint, IOException cause) {
    if (isTold(cause)) {
      return cause;
    }
    String after = byteCount < 0 ? "" : " after " + byteCount + " bytes";
    return new TransportException(
        kind, doing + " failed" + after + ": " + reason(cause), hint, cause);
  }

  /**
   * Returns what to do when a file cannot take more bytes. The free space is asked for, because the
   * text of the system's message depends on the language.
   */
  static @Nullable String spaceHint(Path path) {
    try {
      long usableBytes = Files.getFileStore(RealPath.of(path).resolveSibling("")).getUsableSpace();
      return usableBytes >= HARDLY_ANY_BYTES
          ? null
          : "the file system of "
              + path
              + " has "
              + ByteCounts.format(usableBytes)
              + " left: free space, or choose another";
    } catch (IOException unknown) {
      return null;
    }
  }

  private static boolean isTold(IOException cause) {
    return cause instanceof ClosedChannelException || cause instanceof TransportException;
  }

  /** Returns why, without the path where the system gives it apart. */
  static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException absent) {
      return "there is no " + absent.getFile();
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "another program created it at the same moment";
    }
    String reason = cause instanceof FileSystemException file ? file.getReason() : null;
    if (reason == null) {
      reason = cause.getMessage();
    }
    return reason == null ? cause.getClass().getSimpleName() : reason;
  }

  private static @Nullable String hint(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "check the path, or create the folder first";
    }
    if (cause instanceof AccessDeniedException) {
      return "this process runs as user "
          + System.getProperty("user.name")
          + ": change the permissions, or run it as another user";
    }
    return null;
  }
}
