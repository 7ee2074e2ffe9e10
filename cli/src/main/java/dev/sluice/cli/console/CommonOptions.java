package dev.sluice.cli.console;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every sub-command takes. */
public final class CommonOptions {
  /** Never set: whoever calls takes it from the command line, but it is in the help. */
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "use the transports in DIR too; may be repeated")
  @Nullable List<String> plugins;

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
