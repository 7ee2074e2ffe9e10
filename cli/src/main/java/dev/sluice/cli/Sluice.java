package dev.sluice.cli;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.TransportTool;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.Console;
import dev.sluice.cli.console.ErrorCard;
import dev.sluice.cli.console.Events;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.copy.CopyCommand;
import dev.sluice.cli.demo.DemoCommand;
import dev.sluice.cli.logging.Logging;
import dev.sluice.cli.relay.RelayCommand;
import dev.sluice.cli.transports.TransportsCommand;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Leg;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.spi.ToolProvider;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command as a whole: finds the sub-command, among its own or the tools of other modules, and
 * explains what cannot be understood.
 */
public final class Sluice {
  /** Leaves a space behind the longest. */
  private static final int LONG_OPTION_WIDTH = 24;

  private static final List<String> TRANSFERS = List.of("copy", "relay");
  private static final List<String> VERSION = List.of("-V", "--version");
  private static final List<String> HELP = List.of("-h", "--help");
  private static final List<String> VERBOSE = List.of("-v", "--verbose");

  private final Console console;
  private final Function<List<Path>, TransportRegistry> registries;
  private final Supplier<SortedMap<String, ToolProvider>> tools;
  private final List<String> self;
  private final String pluginPath;

  /**
   * Creates the command.
   *
   * @param console where to speak
   * @param registries loads the transports, with those of plugin folders, when they are needed
   * @param tools loads the tools of other modules by the name of their sub-command, when they are
   *     needed
   * @param self the words that start this command in a process of its own
   * @param pluginPath the plugin folders that the environment names, separated as in any path
   */
  public Sluice(
      Console console,
      Function<List<Path>, TransportRegistry> registries,
      Supplier<SortedMap<String, ToolProvider>> tools,
      List<String> self,
      String pluginPath) {
    this.console = console;
    this.registries = registries;
    this.tools = tools;
    this.self = List.copyOf(self);
    this.pluginPath = pluginPath;
  }

  /**
   * Runs a command line.
   *
   * @param arguments the words of it
   * @return the exit status; whatever went wrong has been said
   */
  public int run(String... arguments) {
    PluginArguments plugins = PluginArguments.of(arguments);
    String[] words = plugins.words().toArray(String[]::new);
    int status = runCommand(plugins, words);
    // A PrintStream keeps its errors to itself. The status of a transfer tells of that alone.
    return status == 0 && !isTransfer(words) && console.out().checkError()
        ? fail(
            Failure.of(
                new TransportException(Kind.IO, "writing standard output failed"), Leg.OUTGOING))
        : status;
  }

  private int runCommand(PluginArguments plugins, String... arguments) {
    try {
      if (arguments.length > 0 && VERSION.contains(arguments[0])) {
        // Not through picocli, which would double the time.
        Version.print(console.out());
        return 0;
      }
      Logging.configure(isVerbose(arguments));
      if (plugins.lacksFolder()) {
        return fail(
            Failure.usage(
                PluginArguments.OPTION + " names no folder",
                "write the folder behind it: " + PluginArguments.OPTION + " DIR"),
            arguments);
      }
      SequencedMap<String, Supplier<Object>> own = ownCommands(plugins.folders());
      if (arguments.length == 0 || arguments[0].startsWith("-")) {
        CommandLine all = commandLine(own);
        if (Arrays.stream(arguments).anyMatch(HELP::contains)) {
          addTools(all);
        }
        return all.execute(arguments);
      }
      Supplier<Object> named = own.get(arguments[0]);
      return named == null
          ? runTool(
              plugins.folders(), arguments[0], Arrays.copyOfRange(arguments, 1, arguments.length))
          : commandLine(Map.of(arguments[0], named)).execute(arguments);
    } catch (RuntimeException | Error bug) {
      return fail(Failure.of(bug), arguments);
    } finally {
      // A transfer flushes each line: here it would wait for whoever does not read them.
      if (!isTransfer(arguments) || Arrays.stream(arguments).anyMatch(HELP::contains)) {
        console.out().flush();
        console.err().flush();
      }
    }
  }

  private static boolean isTransfer(String... words) {
    return words.length > 0 && TRANSFERS.contains(words[0]);
  }

  private SequencedMap<String, Supplier<Object>> ownCommands(List<String> pluginFolders) {
    Installation installed = new Installation(registries, pluginPath, pluginFolders);
    SequencedMap<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("copy", () -> new CopyCommand(console, installed::load));
    commands.put("relay", () -> new RelayCommand(console, installed::load));
    commands.put("transports", () -> new TransportsCommand(console, installed::loadToExplain));
    commands.put("demo", () -> new DemoCommand(console, installed::load, self));
    return commands;
  }

  /** Takes only what is needed: picocli reads the annotations of every command it is given. */
  private CommandLine commandLine(Map<String, Supplier<Object>> commands) {
    CommandLine commandLine = new CommandLine(new Root());
    commands.forEach((name, command) -> commandLine.addSubcommand(name, command.get()));
    return commandLine
        .setOut(writer(console.out()))
        .setErr(writer(console.err()))
        // Otherwise picocli asks whether it speaks to a terminal, which costs 20 ms.
        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
        .setUsageHelpLongOptionsMaxWidth(LONG_OPTION_WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((wrong, arguments) -> fail(usage(wrong), arguments))
        .setExecutionExceptionHandler(
            (thrown, failed, parsed) ->
                fail(
                    thrown instanceof CommandException known ? known.failure() : Failure.of(thrown),
                    parsed.originalArgs().toArray(String[]::new)));
  }

  /** Lists the tools beside the commands; what they can do they tell themselves. */
  private void addTools(CommandLine commandLine) {
    tools
        .get()
        .forEach(
            (name, tool) -> {
              CommandSpec spec = CommandSpec.create();
              spec.usageMessage().description(tool.description().orElse("a tool"));
              commandLine.addSubcommand(name, spec);
            });
  }

  private int runTool(List<String> pluginFolders, String name, String[] arguments) {
    SortedMap<String, ToolProvider> installed = tools.get();
    ToolProvider tool = installed.get(name);
    if (tool == null) {
      return fail(unknown(name, installed.keySet()), arguments);
    }
    if (tool instanceof TransportTool works) {
      return runOnTransports(
          works, new Installation(registries, pluginPath, pluginFolders), arguments);
    }
    return pluginFolders.isEmpty()
        ? tool.run(console.out(), console.err(), arguments)
        : fail(
            Failure.usage(
                "'sluice " + name + "' uses no transports, and so no plugins",
                "leave out " + PluginArguments.OPTION),
            arguments);
  }

  private int runOnTransports(TransportTool tool, Installation installed, String[] arguments) {
    try (TransportRegistry registry = installed.load()) {
      return tool.run(
          installed.of(registry), writer(console.out()), writer(console.err()), arguments);
    }
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  private Failure unknown(String name, Collection<String> toolNames) {
    List<String> known = new ArrayList<>(ownCommands(List.of()).keySet());
    known.addAll(toolNames);
    CommandLine names = new CommandLine(new Root());
    known.forEach(other -> names.addSubcommand(other, new Root()));
    String meant =
        new UnmatchedArgumentException(names, List.of(name))
            .getSuggestions().stream()
                // picocli compares pairs of letters, which finds too much.
                .filter(near -> name.startsWith(near.substring(0, 1)))
                .findFirst()
                .map(near -> "did you mean '" + near + "'? ")
                .orElse("");
    return Failure.usage(
        "unknown command '" + name + "'", meant + "commands: " + String.join(", ", known));
  }

  private static Failure usage(ParameterException wrong) {
    List<String> meant =
        wrong instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    String help =
        "'" + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help' shows how";
    return Failure.usage(
        String.valueOf(wrong.getMessage()),
        meant.isEmpty() ? help : "did you mean " + meant.getFirst() + "? " + help);
  }

  /** Says what went wrong before or beside a sub-command's own reports. */
  private int fail(Failure failure, String... arguments) {
    ErrorCard.print(failure, isVerbose(arguments), console.err());
    if (List.of(arguments).contains("--json")) {
      new Events(console.out(), InstantSource.system()).writeError(failure);
    }
    return failure.code().number();
  }

  /** Asked before anything is parsed, because parsing may fail. */
  private static boolean isVerbose(String... arguments) {
    return Arrays.stream(arguments).anyMatch(VERBOSE::contains);
  }
}
