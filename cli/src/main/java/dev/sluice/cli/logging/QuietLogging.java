package dev.sluice.cli.logging;

/** Configures the logging by its presence: the JDK's defaults are not read, nothing is shown. */
public final class QuietLogging {
  /** For {@link java.util.logging.LogManager}. */
  public QuietLogging() {}
}
