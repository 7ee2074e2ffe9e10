package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's name in the folder, taken by a listening socket.
 *
 * <p>The socket is bound under a name of its own and gets the endpoint's by a hard link, which
 * fails where the name is taken: of several listeners that start at once one wins, and whoever
 * finds the name finds a socket that listens already.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 */
final class ClaimedName implements Closeable {
  /** Others may put their socket where a stale one just was; each round one of them has won. */
  private static final int GREATEST_ATTEMPT_COUNT = 8;

  private final Path path;

  /** Device and inode. No other file gets the inode's number while the socket is open. */
  private final Object fileKey;

  private ClaimedName(Path path, Object fileKey) {
    this.path = path;
    this.fileKey = fileKey;
  }

  /**
   * Makes a socket listen under a name.
   *
   * @return the name, to be closed before the socket
   * @throws TransportException of kind UNREACHABLE if it is in use or cannot be made, ADDRESS if
   *     its path is too long
   * @throws ClosedByInterruptException if the thread is interrupted
   */
  static ClaimedName claim(
      MeetingFolder folder, EndpointName name, ServerSocketChannel server, int backlog)
      throws IOException {
    String temporaryName = Nonce.fresh() + Janitor.TEMPORARY;
    Path temporary = folder.file(temporaryName);
    Path path = folder.socketAddress(name.fileName()).getPath();
    try {
      server.bind(folder.socketAddress(temporaryName), backlog);
      try {
        return link(folder, name, temporary, path);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (ClosedByInterruptException | TransportException failure) {
      throw failure;
    } catch (IOException failure) {
      throw Failures.unreachable(
          "cannot listen at " + name + " in " + folder + ": " + Failures.detail(failure),
          "the folder must be writable; dir= names another one",
          failure);
    }
  }

  private static ClaimedName link(
      MeetingFolder folder, EndpointName name, Path temporary, Path path) throws IOException {
    for (int attempt = 0; attempt < GREATEST_ATTEMPT_COUNT; attempt++) {
      try {
        Files.createLink(path, temporary);
        return new ClaimedName(path, keyOf(temporary));
      } catch (FileAlreadyExistsException taken) {
        if (!removeStale(folder, name)) {
          throw inUse(folder, name, taken);
        }
      }
    }
    throw inUse(folder, name, null);
  }

  /**
   * Removes an endpoint's socket if nobody listens there. As long as it is there nobody can take
   * its name, and nobody else may remove it: what was looked at is what is removed.
   *
   * @return false if somebody listens
   */
  static boolean removeStale(MeetingFolder folder, EndpointName name) throws IOException {
    return FolderLock.whileHeld(
        folder,
        () ->
            switch (Knock.probe(folder.socketAddress(name.fileName()))) {
              case ANSWERED, FULL -> false;
              case ABSENT -> true;
              case REFUSED -> {
                Files.deleteIfExists(folder.file(name.fileName()));
                yield true;
              }
            });
  }

  private static Object keyOf(Path path) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey());
  }

  private static TransportException inUse(
      MeetingFolder folder, EndpointName name, @Nullable IOException cause) {
    return Failures.unreachable(
        "cannot listen at " + name + ": the name is in use in " + folder,
        "end the other program (ss -lxp shows it), or choose another name",
        cause);
  }

  /** Removes the name, unless another one has taken it. Calling it again does nothing. */
  @Override
  public void close() throws IOException {
    try {
      if (keyOf(path).equals(fileKey)) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException removedAlready) {
      return;
    }
  }
}
