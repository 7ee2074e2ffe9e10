package dev.sluice.cli.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Shows what Sluice and its transports log on standard error, one line each. */
public final class VerboseLogging {
  /** Kept: the JDK forgets the level of a logger that nobody holds. */
  private static final Logger SLUICE = Logger.getLogger("dev.sluice");

  /** For {@link java.util.logging.LogManager}. */
  public VerboseLogging() {
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new OneLine());
    SLUICE.setLevel(Level.FINE);
    Logger.getLogger("").addHandler(handler);
  }

  private static final class OneLine extends Formatter {
    @Override
    public String format(LogRecord logged) {
      StringWriter text = new StringWriter();
      text.append(logged.getLevel().getName().toLowerCase(java.util.Locale.ROOT))
          .append(' ')
          .append(logged.getLoggerName())
          .append(": ")
          .append(formatMessage(logged))
          .append('\n');
      if (logged.getThrown() != null) {
        logged.getThrown().printStackTrace(new PrintWriter(text, true));
      }
      return text.toString();
    }
  }
}
