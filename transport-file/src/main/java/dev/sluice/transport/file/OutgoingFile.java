package dev.sluice.transport.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** The outgoing side of {@code file:}: replaces a regular file, or writes into what is there. */
final class OutgoingFile {
  private OutgoingFile() {}

  /**
   * Opens a channel that writes.
   *
   * @param timeout how long a FIFO waits for a reader
   */
  static TransportChannel open(FileTarget target, Duration timeout) throws IOException {
    return switch (target.kind()) {
      case ABSENT, REGULAR -> regular(target);
      case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> special(target, timeout);
      case DIRECTORY, SOCKET -> throw target.unusable();
    };
  }

  private static TransportChannel regular(FileTarget target) throws IOException {
    long offset = FileScheme.OFFSET.in(target.address());
    boolean fsync = FileScheme.FSYNC.in(target.address());
    Optional<Set<PosixFilePermission>> mode = FileScheme.MODE.given(target.address());
    try {
      Path real = RealPath.of(target.path());
      if (offset > 0 || FileScheme.IN_PLACE.in(target.address())) {
        FileChannel file = inPlace(target.kind(), real, offset, mode, fsync);
        FileEnd end = new FileEnd(file, fsync, Publication.inPlace("file " + real));
        return new RegularFileChannel(target, Direction.WRITE, file, end, offset);
      }
      requireWritable(target, real);
      Replacement replacement = Replacement.of(real, mode, fsync);
      FileChannel file = replacement.file();
      FileEnd end = new FileEnd(file, fsync, replacement);
      return new RegularFileChannel(target, Direction.WRITE, file, end, offset);
    } catch (IOException failure) {
      throw FileFailure.opening(target.description() + " for writing", failure);
    }
  }

  /** What must not be written must not be replaced, and it is better to say so before the work. */
  private static void requireWritable(FileTarget target, Path real) throws TransportException {
    if (target.kind() == FileKind.REGULAR && !Files.isWritable(real)) {
      throw new TransportException(
          Kind.IO,
          "file " + real + " is there and must not be written",
          "remove it, change its permissions, or choose another name",
          null);
    }
  }

  private static FileChannel inPlace(
      FileKind kind, Path real, long offset, Optional<Set<PosixFilePermission>> mode, boolean fsync)
      throws IOException {
    // What this creates it may remove again: so it must be sure that it was not there before.
    boolean absent = kind == FileKind.ABSENT;
    FileChannel file =
        FileChannel.open(
            real, Set.of(absent ? CREATE_NEW : CREATE, WRITE), Replacement.ownerOnly());
    try {
      InUse.requireUnused(file, real);
      InUse.requireNotStandardInput(real);
      if (mode.isPresent()) {
        Files.setPosixFilePermissions(OpenFile.named(real), mode.get());
      }
      file.truncate(offset);
      if (file.size() < offset) {
        // The JDK's truncate only shortens.
        file.write(ByteBuffer.allocate(1), offset - 1);
      }
      file.position(offset);
      if (fsync && absent) {
        Replacement.syncFolder(real);
      }
      return file;
    } catch (IOException | RuntimeException failure) {
      try (file) {
        if (absent) {
          Files.deleteIfExists(real);
        }
      } catch (IOException stays) {
        failure.addSuppressed(stays);
      }
      throw failure;
    }
  }

  private static TransportChannel special(FileTarget target, Duration timeout) throws IOException {
    long offset = target.offsetWhereThereArePositions();
    target.requireNoMode();
    SpecialFileOpening opening = SpecialFileOpening.start(target, WRITE);
    FileChannel file;
    try {
      file = opening.await(timeout);
    } catch (TimeoutException late) {
      throw new TransportException(
          Kind.UNREACHABLE,
          "no reader opened " + target.description() + " within " + text(timeout),
          "start the reader first, or wait longer for it",
          late);
    }
    boolean fsync = target.kind().keepsBytes() && FileScheme.FSYNC.in(target.address());
    if (offset > 0) {
      target.startAt(file, offset);
    }
    return SequentialFileChannel.over(target, Direction.WRITE, file, fsync);
  }

  private static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
