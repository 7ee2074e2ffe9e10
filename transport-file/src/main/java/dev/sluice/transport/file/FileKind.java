package dev.sluice.transport.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The type of a file, told by its inode and not by trying to seek in it. */
enum FileKind {
  ABSENT("file"),
  REGULAR("file"),
  DIRECTORY("folder"),
  FIFO("FIFO"),
  CHARACTER_DEVICE("device"),
  BLOCK_DEVICE("device"),
  SOCKET("socket");

  private final String noun;

  FileKind(String noun) {
    this.noun = noun;
  }

  /** Returns the word for it in a message. */
  String noun() {
    return noun;
  }

  /** Returns whether it keeps what is written, so that a sync means something. */
  boolean keepsBytes() {
    return this == REGULAR || this == BLOCK_DEVICE;
  }

  /**
   * Returns what a path leads to; symbolic links are followed.
   *
   * @throws IOException if the path cannot be looked at
   */
  static FileKind of(Path path) throws IOException {
    int mode;
    try {
      mode = (int) Files.getAttribute(path, "unix:mode");
    } catch (NoSuchFileException absent) {
      return ABSENT;
    }
    // The file type bits of stat(2).
    return switch (mode & 0170000) {
      case 0100000 -> REGULAR;
      case 0040000 -> DIRECTORY;
      case 0010000 -> FIFO;
      case 0020000 -> CHARACTER_DEVICE;
      case 0060000 -> BLOCK_DEVICE;
      case 0140000 -> SOCKET;
      default -> throw new IOException("unknown file type, mode " + Integer.toOctalString(mode));
    };
  }
}
