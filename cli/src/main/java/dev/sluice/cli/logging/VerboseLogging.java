package dev.sluice.cli.logging;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Shows all that Sluice and its transports log on standard error. */
public final class VerboseLogging {
  /** Kept: the JDK forgets the level of a logger that nobody holds. */
  private static final Logger SLUICE = Logger.getLogger("dev.sluice");

  /** For {@link java.util.logging.LogManager}. */
  public VerboseLogging() {
    SLUICE.setLevel(Level.FINE);
    Logger.getLogger("").addHandler(OneLine.handler(Level.ALL, true));
  }
}
