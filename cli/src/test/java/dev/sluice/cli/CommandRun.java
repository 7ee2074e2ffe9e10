package dev.sluice.cli;

import dev.sluice.api.spi.TransportProvider;
import dev.sluice.cli.console.Console;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.spi.ToolProvider;

/**
 * What a command line did.
 *
 * @param status the exit status
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(int status, String out, String err) {
  /** The file that standard output goes to, as the command sees it. */
  public static final Path OUT = Path.of("/standard/output");

  /** Runs a command line with given transports. */
  public static CommandRun of(TransportProvider transport, String... arguments) {
    return of(List.of(transport), new TreeMap<>(), List.of("false"), arguments);
  }

  /** Runs a command line. */
  public static CommandRun of(
      List<? extends TransportProvider> transports,
      SortedMap<String, ToolProvider> tools,
      List<String> self,
      String... arguments) {
    return of(
        _ -> TransportRegistry.of(transports.toArray(TransportProvider[]::new)),
        tools,
        self,
        "",
        arguments);
  }

  /** Runs a command line. */
  static CommandRun of(
      Function<List<Path>, TransportRegistry> registries,
      SortedMap<String, ToolProvider> tools,
      List<String> self,
      String pluginPath,
      String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            () -> false,
            file -> file.equals(OUT));
    Sluice sluice = new Sluice(console, registries, () -> tools, self, pluginPath);
    int status = sluice.run(arguments);
    return new CommandRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Returns the lines of standard output. */
  public List<String> outLines() {
    return out.lines().toList();
  }
}
