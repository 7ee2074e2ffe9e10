package dev.sluice.cli.copy;

import dev.sluice.cli.console.Console;
import java.util.Optional;

/** How a user wants to see progress. */
enum ProgressOption {
  /** A live line for somebody who watches, lines for a log. */
  AUTO,
  /** Lines, also on a terminal. */
  LINE,
  /** Nothing. */
  NONE;

  /** Returns what shows it. */
  Optional<ProgressDisplay> display(Console console) {
    return switch (this) {
      case NONE -> Optional.empty();
      case LINE -> Optional.of(new PlainLines(console.err()));
      case AUTO ->
          Optional.of(
              console.errIsTerminal().getAsBoolean()
                  ? new LiveLine(console.err())
                  : new PlainLines(console.err()));
    };
  }
}
