package dev.sluice.cli.console;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Where the command speaks.
 *
 * @param out results, JSON, or the stream itself
 * @param err what people read meanwhile
 * @param errIsTerminal whether somebody watches {@code err}; asked only where it matters
 */
public record Console(PrintStream out, PrintStream err, BooleanSupplier errIsTerminal) {
  /** The JDK's own check looks at standard input and output, which may well be pipes here. */
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  /** Returns the streams of this process. */
  public static Console system() {
    return new Console(System.out, System.err, Console::isTerminal);
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
}
