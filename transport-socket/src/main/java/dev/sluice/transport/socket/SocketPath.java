package dev.sluice.transport.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The target of a {@code unix} address. */
final class SocketPath {
  /** Linux keeps 108 bytes; the JDK uses one fewer than the final zero leaves. */
  static final int GREATEST_BYTE_COUNT = 106;

  // From <sys/stat.h> of Linux.
  private static final int S_IFMT = 0170000;
  private static final int S_IFSOCK = 0140000;

  private SocketPath() {}

  /**
   * Reads the target of an address.
   *
   * @throws TransportException of kind ADDRESS if it is not a path that a socket can have
   */
  static Path in(TransportAddress address) throws TransportException {
    String target = address.target();
    if (target.isEmpty()) {
      throw new TransportException(
          Kind.ADDRESS, "'" + address + "' has no path", "write unix:PATH", null);
    }
    int byteCount = byteCount(target);
    if (byteCount > GREATEST_BYTE_COUNT) {
      throw new TransportException(
          Kind.ADDRESS,
          "the path of '"
              + address
              + "' has "
              + byteCount
              + " bytes; a unix socket's has at most "
              + GREATEST_BYTE_COUNT,
          "use a shorter path, such as one below /run or /tmp, or one relative to the working"
              + " directory",
          null);
    }
    try {
      return Path.of(target);
    } catch (InvalidPathException notOne) {
      throw new TransportException(
          Kind.ADDRESS,
          "'" + address + "' is not a path here: " + notOne.getReason(),
          "characters beyond ASCII need a locale that has them, such as LC_ALL=C.UTF-8",
          notOne);
    }
  }

  static int byteCount(String path) {
    return path.getBytes(UTF_8).length;
  }

  /** Returns whether there is a socket at a path. */
  static boolean isSocket(Path path, LinkOption... options) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", options);
      return (mode & S_IFMT) == S_IFSOCK;
    } catch (IOException unreadable) {
      return false;
    }
  }
}
