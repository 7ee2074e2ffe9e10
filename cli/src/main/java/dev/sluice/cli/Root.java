package dev.sluice.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be said without a sub-command. */
@Command(
    name = "sluice",
    description = "Move machine state and other large streams over any link.",
    customSynopsis = "sluice COMMAND [ARGUMENTS]",
    sortOptions = false,
    usageHelpWidth = 80,
    commandListHeading = "%nCommands ('sluice COMMAND --help' tells more):%n",
    footer = {
      "",
      "  sluice demo                             try every installed transport",
      "  sluice copy tcp::4444 file:vm.mig       record what QEMU sends to tcp:HOST:4444",
      "  sluice copy file:vm.mig tcp:HOST:4444   play it into qemu -incoming tcp::4444",
      "",
      "Exit status: 0 complete, 1 a bug, 2 usage, 3 unreachable, 4 identity,",
      "5 reading failed, 6 writing failed, 7 truncated, 8 not intact, 9 malformed,",
      "10 timed out, 11 transport not usable, 12 limit, 14 policy, 129 SIGHUP,",
      "130 SIGINT, 143 SIGTERM.",
    })
final class Root implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Never set: whoever calls takes it from the command line, but it is in the help. */
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "use the transports in DIR too; may be repeated")
  @Nullable List<String> plugins;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      description = "show the version")
  boolean version;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
