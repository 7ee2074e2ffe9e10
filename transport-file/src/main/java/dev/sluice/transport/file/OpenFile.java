package dev.sluice.transport.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that this process has open, whatever has become of its name since: whoever may write to
 * the folder can put a symbolic link there, and owner and mode must not be set behind it.
 *
 * <p>The JDK (25) offers no other way: its {@code NOFOLLOW_LINKS} sets a mode behind links all the
 * same.
 */
final class OpenFile {
  /** Where Linux shows the open descriptors of this process, each a link to what it has open. */
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private OpenFile() {}

  /**
   * Returns a path that leads to an open file itself, for as long as it is open.
   *
   * @param name the file's real path
   * @throws NoSuchFileException if this process has no file open that bears the name now
   */
  static Path named(Path name) throws IOException {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : descriptors) {
        if (leadsTo(name, descriptor)) {
          return descriptor;
        }
      }
    }
    throw new NoSuchFileException(name.toString());
  }

  private static boolean leadsTo(Path name, Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).equals(name);
    } catch (NoSuchFileException closedMeanwhile) {
      return false;
    }
  }
}
