package dev.sluice.cli.session;

import dev.sluice.cli.console.Console;

/** How a user wants to see progress. */
public enum ProgressOption {
  /** A live line for somebody who watches, lines for a log. */
  AUTO,
  /** Lines, also on a terminal. */
  LINE,
  /** Nothing. */
  NONE;

  /**
   * Returns how it is shown.
   *
   * @param console where
   */
  public ProgressStyle style(Console console) {
    return switch (this) {
      case NONE -> ProgressStyle.NONE;
      case LINE -> ProgressStyle.LINES;
      case AUTO ->
          console.errIsTerminal().getAsBoolean() ? ProgressStyle.LIVE : ProgressStyle.LINES;
    };
  }
}
