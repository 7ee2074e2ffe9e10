package dev.sluice.cli.relay;

import java.io.PrintStream;

/**
 * Lines for people, and below them one that is drawn again and again, where somebody watches. Safe
 * for any thread.
 */
final class LineBoard implements AutoCloseable {
  /** Fits the narrowest usual terminal. */
  private static final int WIDTH = 79;

  private final PrintStream err;
  private String live = "";

  LineBoard(PrintStream err) {
    this.err = err;
  }

  /** Prints lines that stay. */
  synchronized void print(String lines) {
    String below = live;
    draw("");
    err.println(lines);
    draw(below);
  }

  /** Draws the line that changes; empty: none. */
  synchronized void draw(String line) {
    String fitting = line.length() > WIDTH ? line.substring(0, WIDTH) : line;
    if (!fitting.isEmpty()) {
      err.print("\r" + fitting + " ".repeat(Math.max(0, live.length() - fitting.length())));
    } else if (!live.isEmpty()) {
      err.print("\r" + " ".repeat(live.length()) + "\r");
    }
    err.flush();
    live = fitting;
  }

  /** Leaves standard error at the start of a line. */
  @Override
  public void close() {
    draw("");
  }
}
