package dev.sluice.cli.console;

import picocli.CommandLine.Option;

/** What every sub-command takes. */
public final class CommonOptions {
  /** Whether to say more. */
  @Option(
      names = {"-v", "--verbose"},
      description = "show log messages and stack traces")
  public boolean verbose;

  /** Read by picocli, which then shows the help. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;
}
