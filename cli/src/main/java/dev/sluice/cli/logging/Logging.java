package dev.sluice.cli.logging;

/**
 * Says what shall become of log messages, without starting the logging: most runs log nothing, and
 * its start would cost them 20 ms.
 */
public final class Logging {
  /** Read by {@link java.util.logging.LogManager} when it starts. */
  private static final String CONFIGURATION = "java.util.logging.config.class";

  private Logging() {}

  /**
   * Chooses the configuration, unless the user has chosen one for the JVM.
   *
   * @param verbose whether messages appear on standard error
   */
  public static void configure(boolean verbose) {
    if (System.getProperty(CONFIGURATION) == null
        && System.getProperty("java.util.logging.config.file") == null) {
      Class<?> configuration = verbose ? VerboseLogging.class : QuietLogging.class;
      System.setProperty(CONFIGURATION, configuration.getName());
    }
  }
}
