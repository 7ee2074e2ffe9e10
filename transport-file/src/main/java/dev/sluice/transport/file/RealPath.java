package dev.sluice.transport.file;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The path of a file itself, behind all symbolic links, whether it exists or not. */
final class RealPath {
  /** As many links as Linux follows. */
  private static final int MAX_LINKS = 40;

  private RealPath() {}

  /**
   * Follows the links of a path, also one that leads to a file that is not there yet.
   *
   * @throws IOException if the folder does not exist or cannot be looked at
   */
  static Path of(Path path) throws IOException {
    Path next = path;
    for (int links = 0; links <= MAX_LINKS; links++) {
      Path name = next.getFileName();
      Path real = next.resolveSibling("").toRealPath();
      if (name != null) {
        real = real.resolve(name);
      }
      if (!Files.isSymbolicLink(real)) {
        return real;
      }
      next = real.resolveSibling(Files.readSymbolicLink(real));
    }
    throw new FileSystemLoopException(path.toString());
  }
}
