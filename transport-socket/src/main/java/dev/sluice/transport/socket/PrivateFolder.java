package dev.sluice.transport.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * A fresh folder that nobody else can enter, to prepare a socket in.
 *
 * <h2>Ownership</h2>
 *
 * {@link #close} removes the folder, which must be empty by then.
 */
final class PrivateFolder implements Closeable {
  /** Where Linux shows the open descriptors of this process, each a link to what it has open. */
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Path path;

  /** Tells the folder from another one that takes its place. */
  private final Object key;

  private PrivateFolder(Path path, Object key) {
    this.path = path;
    this.key = key;
  }

  static PrivateFolder in(Path parent) throws IOException {
    Path path =
        Files.createTempDirectory(
            parent,
            ".sluice-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new PrivateFolder(path, keyOf(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static Object keyOf(Path folder, LinkOption... options) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(folder, BasicFileAttributes.class, options).fileKey());
  }

  /** Returns the path of something in the folder. */
  Path file(String name) {
    return path.resolve(name);
  }

  /**
   * Makes a socket listen at a name in the folder; through a descriptor of the folder, where the
   * path of the name is too long for a socket.
   */
  void bind(ServerSocketChannel server, String name, int backlog) throws IOException {
    Path plain = file(name);
    if (SocketPath.byteCount(plain.toString()) <= SocketPath.GREATEST_BYTE_COUNT) {
      server.bind(UnixDomainSocketAddress.of(plain), backlog);
      return;
    }
    try (DirectoryStream<Path> _ = Files.newDirectoryStream(path)) {
      server.bind(UnixDomainSocketAddress.of(descriptor().resolve(name)), backlog);
    }
  }

  /**
   * Gives something in the folder its permissions; through a descriptor of the folder, because
   * whoever may write to its parent can put another folder in its place, with a symbolic link in it
   * to a file of ours. (The JDK cannot set a mode without following links.)
   */
  void permit(String name, Set<PosixFilePermission> mode) throws IOException {
    try (DirectoryStream<Path> _ = Files.newDirectoryStream(path)) {
      Path descriptor = descriptor();
      if (!keyOf(descriptor).equals(key)) {
        throw new FileSystemException(path.toString(), null, "another folder took its place");
      }
      Files.setPosixFilePermissions(descriptor.resolve(name), mode);
    }
  }

  /** Returns the path of the descriptor that this process has open for the folder. */
  private Path descriptor() throws IOException {
    Path real = path.toRealPath();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : descriptors) {
        if (leadsTo(real, descriptor)) {
          return descriptor;
        }
      }
    }
    throw new NoSuchFileException(path.toString(), null, "not among the open descriptors");
  }

  private static boolean leadsTo(Path real, Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).equals(real);
    } catch (NoSuchFileException closedMeanwhile) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    Files.delete(path);
  }
}
