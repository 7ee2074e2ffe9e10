package dev.sluice.cli.console;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Where the command speaks.
 *
 * @param out results, JSON, or the stream itself
 * @param err what people read meanwhile
 * @param errIsTerminal whether somebody watches {@code err}; asked only where it matters
 * @param outIs whether a file is where {@code out} goes; asked only where it matters
 */
public record Console(
    PrintStream out, PrintStream err, BooleanSupplier errIsTerminal, Predicate<Path> outIs) {
  /** The JDK's own check looks at standard input and output, which may well be pipes here. */
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

  /** S_IFMT and S_IFCHR of Linux. */
  private static final int FILE_TYPE = 0xF000;

  private static final int CHARACTER_DEVICE = 0x2000;

  /** Returns the streams of this process. */
  public static Console system() {
    return new Console(System.out, System.err, Console::isTerminal, Console::isStandardOutput);
  }

  /** Linux only: elsewhere nobody counts as watching. */
  private static boolean isTerminal() {
    try {
      String device = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  /**
   * A pipe too is one file, whatever name leads to it. Not so a device: {@code /dev/null} mixes
   * nothing up, and a terminal shows what it is sent.
   */
  private static boolean isStandardOutput(Path file) {
    try {
      int mode = (int) Files.getAttribute(STANDARD_OUTPUT, "unix:mode");
      return (mode & FILE_TYPE) != CHARACTER_DEVICE && Files.isSameFile(file, STANDARD_OUTPUT);
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }
}
