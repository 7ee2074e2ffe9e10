package dev.sluice.cli.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** A message as one line on standard error. */
final class OneLine extends Formatter {
  private final boolean verbose;

  private OneLine(boolean verbose) {
    this.verbose = verbose;
  }

  /**
   * Returns what shows messages.
   *
   * @param verbose whether with their loggers and stack traces
   */
  static Handler handler(Level least, boolean verbose) {
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(least);
    handler.setFormatter(new OneLine(verbose));
    return handler;
  }

  @Override
  public String format(LogRecord logged) {
    StringWriter text = new StringWriter();
    text.append(logged.getLevel().getName().toLowerCase(Locale.ROOT));
    if (verbose) {
      text.append(' ').append(logged.getLoggerName());
    }
    text.append(": ").append(formatMessage(logged)).append('\n');
    if (verbose && logged.getThrown() != null) {
      logged.getThrown().printStackTrace(new PrintWriter(text, true));
    }
    return text.toString();
  }
}
