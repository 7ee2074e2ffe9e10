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
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
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

  /** Tells the new file from whatever takes its place under the name of {@link #part}. */
  private final Object key;

  /** Guarded by this; an abort that finds the file published comes too late. */
  private boolean ended;

  private volatile boolean published;

  /** The name may be lost in a crash: syncing the folder is not done, or failed. */
  private volatile boolean unsynced;

  private Replacement(
      Path part,
      Path target,
      Optional<Set<PosixFilePermission>> mode,
      boolean fsync,
      FileChannel file,
      Object key) {
    this.part = part;
    this.target = target;
    this.mode = mode;
    this.fsync = fsync;
    this.file = file;
    this.key = key;
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
        return new Replacement(part, target, mode, fsync, file, keyOf(part, file));
      } catch (FileAlreadyExistsException taken) {
        // By chance, or left by a process that was killed: the next name is another.
      }
    }
  }

  private static Object keyOf(Path part, FileChannel file) throws IOException {
    try {
      return Objects.requireNonNull(attributesOf(part).fileKey());
    } catch (IOException | RuntimeException failure) {
      file.close();
      throw failure;
    }
  }

  private static PosixFileAttributes attributesOf(Path file) throws IOException {
    return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  static FileAttribute<Set<PosixFilePermission>> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(OWNER_ONLY);
  }

  /** Returns the new file; owned by whoever ends this replacement. */
  FileChannel file() {
    return file;
  }

  /** As if the old file had been written in place, unless the address says otherwise. */
  @Override
  public void prepare() throws IOException {
    PosixFileAttributes own = ownAttributes();
    Set<PosixFilePermission> permissions = mode.orElse(OWNER_ONLY);
    Optional<PosixFileAttributes> old = replaced();
    if (old.isPresent()) {
      boolean sameOwner = takeOwner(own, old.get());
      // The old permissions for the old group are none for another group.
      if (mode.isEmpty() && sameOwner) {
        permissions = old.get().permissions();
      }
    }
    if (!own.permissions().equals(permissions)) {
      Files.setPosixFilePermissions(OpenFile.named(part), permissions);
    }
  }

  /** Returns what the new file has, after making sure that its name still leads to it. */
  private PosixFileAttributes ownAttributes() throws IOException {
    PosixFileAttributes own = attributesOf(part);
    if (!key.equals(own.fileKey())) {
      throw new TransportException(
          Kind.IO,
          "the file was written, but another one took its place at " + part,
          "find out who else writes to this folder, or choose one that is yours alone",
          null);
    }
    return own;
  }

  /** Returns the file that is replaced; empty if none is there, or no regular file any more. */
  private Optional<PosixFileAttributes> replaced() throws IOException {
    try {
      return Optional.of(attributesOf(target)).filter(BasicFileAttributes::isRegularFile);
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  private boolean takeOwner(PosixFileAttributes own, PosixFileAttributes old) throws IOException {
    if (own.owner().equals(old.owner()) && own.group().equals(old.group())) {
      return true;
    }
    PosixFileAttributeView view =
        Files.getFileAttributeView(OpenFile.named(part), PosixFileAttributeView.class);
    try {
      view.setOwner(old.owner());
      view.setGroup(old.group());
      return true;
    } catch (IOException forbidden) {
      return false;
    }
  }

  @Override
  public void publish() throws IOException {
    synchronized (this) {
      if (ended) {
        throw new AsynchronousCloseException();
      }
      ownAttributes();
      rename();
      ended = true;
      unsynced = fsync;
      published = true;
    }
    if (fsync) {
      syncFolder(target);
      unsynced = false;
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

  /** Only where removing it failed does the new file stay under a name of its own. */
  @Override
  public Optional<String> remains() {
    if (unsynced) {
      return Optional.of(
          target + " is complete, but its folder is not synced: a crash may undo the replacement");
    }
    return Files.exists(part, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(part + " could not be removed")
        : Optional.empty();
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
