package dev.sluice.transport.file;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a file from being cut off in place while a channel reads it, under whatever name: whoever
 * copies a file onto itself would lose it. Done with the system's advisory locks, which end with
 * the file's channel. Where a file system has none, nothing is kept.
 */
final class InUse {
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

  private InUse() {}

  /** Notes that a channel reads the file. */
  static void markRead(FileChannel file) {
    try {
      file.tryLock(0, Long.MAX_VALUE, true);
    } catch (IOException | OverlappingFileLockException unsupportedOrReadTwice) {
      // Either no lock can be had here, or this process holds one for another reader.
    }
  }

  /**
   * Notes that a channel writes the file in place.
   *
   * @throws TransportException if another one reads or writes it
   */
  static void requireUnused(FileChannel file, Path path) throws TransportException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException byThisProcess) {
      throw taken(path, byThisProcess);
    } catch (IOException unsupported) {
      return;
    }
    if (lock == null) {
      throw taken(path, null);
    }
  }

  /**
   * Makes sure that a file is not appended to while this process reads it: that would never end.
   *
   * @throws TransportException if it does
   */
  static void requireNotReadHere(FileChannel file, Path path) throws TransportException {
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        lock.release();
      }
    } catch (OverlappingFileLockException byThisProcess) {
      throw taken(path, byThisProcess);
    } catch (IOException unsupported) {
      // A pipe or a device: nothing to run into.
    }
  }

  /**
   * Makes sure that a file is not the one that standard input reads.
   *
   * @throws TransportException if it is
   */
  static void requireNotStandardInput(Path path) throws TransportException {
    try {
      if (FileKind.of(STANDARD_INPUT) == FileKind.REGULAR
          && Files.isSameFile(path, STANDARD_INPUT)) {
        throw taken(path, null);
      }
    } catch (TransportException taken) {
      throw taken;
    } catch (IOException absent) {
      // Then it is not that file.
    }
  }

  private static TransportException taken(Path path, @Nullable Exception cause) {
    return new TransportException(
        Kind.UNREACHABLE,
        "file " + path + " is being read or written, and cannot be written in place meanwhile",
        "copy to another file, or wait until it is free",
        cause);
  }
}
