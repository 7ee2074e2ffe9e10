package dev.sluice.transport.file;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A new file beside its target, which takes the target's name when it is complete: whoever looks at
 * the target sees the old file or the whole new one, after a crash too.
 *
 * <p>Two at once for one target do not meet; the last one to be published stays.
 */
final class Replacement implements Publication {
  static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path part;
  private final Path target;
  private final Optional<Set<PosixFilePermission>> mode;
  private final boolean fsync;
  private final FileChannel file;

  /** Guarded by this; an abort that finds the file published comes too late. */
  private boolean ended;

  private volatile boolean published;

  private Replacement(
      Path part,
      Path target,
      Optional<Set<PosixFilePermission>> mode,
      boolean fsync,
      FileChannel file) {
    this.part = part;
    this.target = target;
    this.mode = mode;
    this.fsync = fsync;
    this.file = file;
  }

  /**
   * Creates the new file.
   *
   * @param target a real path, of a regular file or of none
   * @param mode permissions in the end, where not those of the file that is replaced
   * @param fsync whether publishing waits until the name is on the disk
   */
  static Replacement of(Path target, Optional<Set<PosixFilePermission>> mode, boolean fsync)
      throws IOException {
    while (true) {
      Path part = PartName.beside(target);
      try {
        FileChannel file = FileChannel.open(part, Set.of(CREATE_NEW, WRITE), ownerOnly());
        return new Replacement(part, target, mode, fsync, file);
      } catch (FileAlreadyExistsException taken) {
        // By chance, or left by a process that was killed: the next name is another.
      }
    }
  }

  static FileAttribute<Set<PosixFilePermission>> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(OWNER_ONLY);
  }

  /** Returns the new file; owned by whoever ends this replacement. */
  FileChannel file() {
    return file;
  }

  @Override
  public void publish() throws IOException {
    synchronized (this) {
      if (ended) {
        throw new AsynchronousCloseException();
      }
      takeAttributes();
      rename();
      ended = true;
      published = true;
    }
    if (fsync) {
      syncFolder(target);
    }
  }

  private void rename() throws TransportException {
    try {
      Files.move(part, target, ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new TransportException(
          Kind.IO,
          "the file was written, but cannot take the name "
              + target
              + ": "
              + FileFailure.reason(failure),
          "in-place=on writes into the file itself",
          failure);
    }
  }

  /** As if the old file had been written in place, unless the address says otherwise. */
  private void takeAttributes() throws IOException {
    Set<PosixFilePermission> permissions = mode.orElse(OWNER_ONLY);
    Optional<Map<String, Object>> old = ownerOf(target);
    if (old.isPresent()) {
      boolean sameOwner = takeOwner(old.get());
      // The old permissions for the old group are none for another group.
      if (mode.isEmpty() && sameOwner) {
        permissions = Files.getPosixFilePermissions(target);
      }
    }
    Files.setPosixFilePermissions(part, permissions);
  }

  private boolean takeOwner(Map<String, Object> old) throws IOException {
    Map<String, Object> own = Files.readAttributes(part, "unix:uid,gid");
    if (own.equals(old)) {
      return true;
    }
    try {
      for (Map.Entry<String, Object> id : old.entrySet()) {
        Files.setAttribute(part, "unix:" + id.getKey(), id.getValue());
      }
      return true;
    } catch (IOException forbidden) {
      return false;
    }
  }

  private static Optional<Map<String, Object>> ownerOf(Path file) throws IOException {
    try {
      return Optional.of(Files.readAttributes(file, "unix:uid,gid"));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void discard() throws IOException {
    if (!ended) {
      ended = true;
      Files.deleteIfExists(part);
    }
  }

  @Override
  public boolean isPublished() {
    return published;
  }

  /** Only where removing it failed does the new file stay. */
  @Override
  public Optional<String> remains() {
    return Files.exists(part) ? Optional.of(part + " could not be removed") : Optional.empty();
  }

  /**
   * Waits until the name of a file is on the disk.
   *
   * @throws TransportException if it cannot; the file has its name all the same
   */
  static void syncFolder(Path file) throws TransportException {
    try (FileChannel folder = FileChannel.open(file.resolveSibling(""), READ)) {
      folder.force(true);
    } catch (IOException failure) {
      throw new TransportException(
          Kind.IO,
          "the folder of file " + file + " cannot be synced: " + FileFailure.reason(failure),
          "make the folder readable, or use fsync=off",
          failure);
    }
  }
}
