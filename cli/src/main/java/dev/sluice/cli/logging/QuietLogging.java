package dev.sluice.cli.logging;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Shows what Sluice and its transports warn of, such as certificates that were changed and cannot
 * be used, on standard error; the JDK's defaults are not read.
 */
public final class QuietLogging {
  /** For {@link java.util.logging.LogManager}. */
  public QuietLogging() {
    Logger.getLogger("").addHandler(OneLine.handler(Level.WARNING, false));
  }
}
