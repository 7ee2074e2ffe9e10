package dev.sluice.transport.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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

  private PrivateFolder(Path path) {
    this.path = path;
  }

  static PrivateFolder in(Path parent) throws IOException {
    return new PrivateFolder(
        Files.createTempDirectory(
            parent,
            ".sluice-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
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
