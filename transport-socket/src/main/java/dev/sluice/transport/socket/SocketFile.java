package dev.sluice.transport.socket;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.sluice.api.TransportException;
import dev.sluice.transport.socket.system.SystemWords;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a listening unix socket.
 *
 * <p>The JDK binds and listens in one step, with permissions from the process's umask. So the
 * socket is bound in a folder that only its owner can enter, gets its permissions there, and
 * appears under its name by a hard link: at no moment can it be reached with wider permissions, and
 * of several listeners that start at once the link lets only one win.
 *
 * <p>Whether a socket that is there is stale, the kernel's list of sockets tells; only where it
 * knows of no listener a connection is tried. A stale one is moved into that folder rather than
 * deleted in place, because between the look at it and the deletion another listener may have put
 * its own there: what was moved is looked at, and put back if it is not what was found stale.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 */
final class SocketFile implements Closeable {
  /** Tells files apart, those too that got the inode number of a deleted one. */
  record Identity(long device, long inode, FileTime madeAt) {
    static Optional<Identity> of(Path path) throws IOException {
      try {
        Map<String, Object> attributes =
            Files.readAttributes(path, "unix:dev,ino,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        return Optional.of(
            new Identity(
                (long) Objects.requireNonNull(attributes.get("dev")),
                (long) Objects.requireNonNull(attributes.get("ino")),
                (FileTime) Objects.requireNonNull(attributes.get("lastModifiedTime"))));
      } catch (NoSuchFileException absent) {
        return Optional.empty();
      }
    }
  }

  private static final String TAKEN = "another listener took it at the same moment";

  private final Path path;
  private final Identity identity;

  private SocketFile(Path path, Identity identity) {
    this.path = path;
    this.identity = identity;
  }

  /**
   * Makes a socket listen under a path.
   *
   * @return its file, to be closed before the socket
   * @throws TransportException of kind UNREACHABLE if the path is taken or cannot be created
   */
  static SocketFile publish(
      Path path, ServerSocketChannel server, int backlog, Set<PosixFilePermission> mode)
      throws TransportException {
    // Of its own even where the working directory is the parent: a relative path has none.
    Path absolute = path.toAbsolutePath();
    try {
      Optional<Identity> stale = staleAt(path);
      Path parent = Objects.requireNonNullElse(absolute.getParent(), absolute);
      try (PrivateFolder folder = PrivateFolder.in(parent)) {
        String boundName = SocketTable.boundName(absolute);
        folder.bind(server, boundName, backlog);
        Path fresh = folder.file(boundName);
        try {
          folder.permit(boundName, mode);
          if (stale.isPresent()) {
            removeStale(absolute, stale.get(), folder.file("old"));
          }
          Files.createLink(absolute, fresh);
          return new SocketFile(absolute, Identity.of(fresh).orElseThrow());
        } finally {
          Files.delete(fresh);
        }
      }
    } catch (TransportException failure) {
      throw failure;
    } catch (IOException failure) {
      throw notPublished(path, failure);
    }
  }

  /** Returns the socket at a path that nobody serves; empty if there is nothing at all. */
  private static Optional<Identity> staleAt(Path path) throws IOException {
    Optional<Identity> found = Identity.of(path);
    if (found.isEmpty()) {
      return found;
    }
    if (!SocketPath.isSocket(path, LinkOption.NOFOLLOW_LINKS)) {
      if (Identity.of(path).isEmpty()) {
        // Another listener that starts just now has removed it.
        return Optional.empty();
      }
      throw SocketFailures.unreachable(
          "cannot listen at unix:" + path + ": what is in the way is not a socket",
          "remove it if it is not needed, or choose another path",
          null);
    }
    if (SocketTable.now().showsListenerOf(path)) {
      throw inUse(path, "another listener has it", null);
    }
    boolean stale;
    try {
      stale = UnixConnector.isStale(path);
    } catch (IOException notRefused) {
      throw inUse(path, SystemWords.of(notRefused), notRefused);
    }
    if (!stale) {
      throw inUse(path, "another listener answers", null);
    }
    return found;
  }

  /**
   * Removes a stale socket.
   *
   * @param stale what was found at the path
   * @param moved where it may be moved to, in a folder of our own
   * @throws TransportException if another one is there now, or somebody else has removed it, who
   *     most likely is about to put another one there
   */
  static void removeStale(Path path, Identity stale, Path moved) throws IOException {
    // A living socket that is moved cannot be reached for a moment: so this looks first, too.
    requireStale(stale, path, path);
    try {
      Files.move(path, moved, ATOMIC_MOVE);
    } catch (NoSuchFileException removed) {
      throw inUse(path, TAKEN, removed);
    }
    removeOrPutBack(stale, moved, path);
  }

  /** Removes what was moved, or puts it back where it is not what was to be moved. */
  static void removeOrPutBack(Identity stale, Path moved, Path path) throws IOException {
    try {
      requireStale(stale, moved, path);
    } catch (TransportException another) {
      try {
        // Without ATOMIC_MOVE a file is not overwritten: should there be one, it has the path now.
        Files.move(moved, path);
      } catch (FileAlreadyExistsException third) {
        another.addSuppressed(third);
      }
      throw another;
    } finally {
      Files.deleteIfExists(moved);
    }
  }

  private static void requireStale(Identity stale, Path now, Path path) throws IOException {
    if (!Identity.of(now).equals(Optional.of(stale))) {
      throw inUse(path, TAKEN, null);
    }
  }

  private static TransportException inUse(Path path, String why, @Nullable IOException cause) {
    return SocketFailures.unreachable(
        "cannot listen at unix:" + path + ": the socket is in use (" + why + ")",
        "end the other program (ss -lxp shows it), or choose another path",
        cause);
  }

  private static TransportException notPublished(Path path, IOException failure) {
    if (failure instanceof FileAlreadyExistsException) {
      return inUse(path, TAKEN, failure);
    }
    Path folder = Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
    String detail =
        switch (failure) {
          case NoSuchFileException _ -> "the folder " + folder + " does not exist";
          case AccessDeniedException _ -> "no permission to create a file in " + folder;
          case FileSystemException other when other.getReason() != null ->
              "making the socket in " + folder + " failed: " + other.getReason();
          default -> SystemWords.of(failure);
        };
    return SocketFailures.unreachable(
        "cannot listen at unix:" + path + ": " + detail,
        "choose a path in a folder that exists and that this user may write to",
        failure);
  }

  /** Removes the file, unless another one has taken its place. Calling it again does nothing. */
  @Override
  public void close() throws IOException {
    if (Identity.of(path).equals(Optional.of(identity))) {
      Files.deleteIfExists(path);
    }
  }
}
