package dev.sluice.tck.tool;

import com.google.auto.service.AutoService;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.api.spi.TransportTool;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.spi.ToolProvider;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code sluice tck}: tries the rules of the channel contract on installed transports.
 *
 * <h2>Errors</h2>
 *
 * Ends with 8 if a transport breaks a rule, with 2 for arguments that cannot be meant, with 3 or 6
 * if an address cannot be opened or a report cannot be written, with 11 if a transport cannot be
 * used.
 *
 * <h2>Threading</h2>
 *
 * Each run is on its own, in the caller's thread.
 */
@AutoService(ToolProvider.class)
public final class TckTool implements TransportTool {
  /** Leaves a space behind the longest. */
  private static final int LONG_OPTION_WIDTH = 24;

  private static final int BUG = 1;

  /** Creates the tool; for the service loader. */
  public TckTool() {}

  @Override
  public String name() {
    return "sluice-tck";
  }

  @Override
  public Optional<String> description() {
    return Optional.of("Try the rules of the channel contract on transports.");
  }

  /** Runs the tool on the transports of its own class path. */
  @Override
  public int run(PrintWriter out, PrintWriter err, String... arguments) {
    ClassLoader loader = TckTool.class.getClassLoader();
    return run(
        address ->
            ServiceLoader.load(TransportProvider.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(
                    provider ->
                        provider.schemes().stream()
                            .anyMatch(scheme -> scheme.name().equals(address.scheme())))
                .findFirst()
                .orElseThrow(() -> ToolFailure.unknownScheme(address)),
        out,
        err,
        arguments);
  }

  @Override
  public int run(Transports transports, PrintWriter out, PrintWriter err, String... arguments) {
    int code =
        new CommandLine(new TckCommand(transports, out))
            .setOut(out)
            .setErr(err)
            // Otherwise picocli asks whether it speaks to a terminal, which costs 20 ms.
            .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
            .setUsageHelpLongOptionsMaxWidth(LONG_OPTION_WIDTH)
            .setParameterExceptionHandler((wrong, _) -> tell(usage(wrong), err))
            .setExecutionExceptionHandler((thrown, line, _) -> failed(thrown, line, err))
            .execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  private static ToolFailure usage(ParameterException wrong) {
    String meant =
        wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()
            ? "did you mean " + unmatched.getSuggestions().getFirst() + "? "
            : "";
    return ToolFailure.usage(
        String.valueOf(wrong.getMessage()), meant + "'sluice tck --help' shows how");
  }

  private static int failed(Exception thrown, CommandLine line, PrintWriter err) {
    TckCommand command = line.getCommand();
    if (command.isVerbose()) {
      thrown.printStackTrace(err);
    }
    if (thrown instanceof ToolFailure failure) {
      return tell(failure, err);
    }
    err.println("sluice: this is a bug: " + thrown);
    err.println("  hint:  please report it, with what the same command prints with -v");
    return BUG;
  }

  private static int tell(ToolFailure failure, PrintWriter err) {
    err.println("sluice: " + failure.getMessage());
    failure.hint().ifPresent(hint -> err.println("  hint:  " + hint));
    return failure.code();
  }
}
