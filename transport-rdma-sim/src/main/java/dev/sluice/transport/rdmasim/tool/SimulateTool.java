package dev.sluice.transport.rdmasim.tool;

import com.google.auto.service.AutoService;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code sluice simulate}: runs a transfer in virtual time, and tells what it took.
 *
 * <h2>Errors</h2>
 *
 * Ends with 2 for arguments that cannot be meant, and with 6 if the transfer fails or a file cannot
 * be written. What went wrong is told on the error stream, with {@code --json} as a line of JSON on
 * the other one as well.
 *
 * <h2>Threading</h2>
 *
 * Each run is on its own, in the caller's thread.
 */
@AutoService(ToolProvider.class)
public final class SimulateTool implements ToolProvider {
  /** Leaves a space behind the longest. */
  private static final int LONG_OPTION_WIDTH = 27;

  private static final int BUG = 1;

  /** Creates the tool; for the service loader. */
  public SimulateTool() {}

  @Override
  public String name() {
    return "sluice-simulate";
  }

  @Override
  public Optional<String> description() {
    return Optional.of("Run a transfer over simulated RDMA in virtual time.");
  }

  @Override
  public int run(PrintWriter out, PrintWriter err, String... arguments) {
    List<String> words = List.of(arguments);
    CommandLine commandLine = new CommandLine(new SimulateCommand(out, words));
    int code =
        commandLine
            .setOut(out)
            .setErr(err)
            // Otherwise picocli asks whether it speaks to a terminal, which costs 20 ms.
            .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
            .setUsageHelpLongOptionsMaxWidth(LONG_OPTION_WIDTH)
            .setParameterExceptionHandler((wrong, _) -> tell(usage(wrong), out, err, words))
            .setExecutionExceptionHandler(
                (thrown, _, _) ->
                    thrown instanceof ToolFailure failure
                        ? tell(failure, out, err, words)
                        : bug(thrown, err, words))
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
        String.valueOf(wrong.getMessage()), meant + "'sluice simulate --help' shows how", wrong);
  }

  private static int tell(
      ToolFailure failure, PrintWriter out, PrintWriter err, List<String> words) {
    if (isVerbose(words)) {
      failure.printStackTrace(err);
    }
    card(err, String.valueOf(failure.getMessage()), failure.hint());
    if (words.contains("--json")) {
      out.println(TransferJson.error(failure));
    }
    return failure.code();
  }

  private static int bug(Exception thrown, PrintWriter err, List<String> words) {
    if (isVerbose(words)) {
      thrown.printStackTrace(err);
    }
    card(
        err,
        "this is a bug: " + thrown,
        "please report it, with what the same command prints with -v");
    return BUG;
  }

  private static void card(PrintWriter err, String message, @Nullable String hint) {
    err.println("sluice: " + message);
    if (hint != null) {
      err.println("  hint:  " + hint);
    }
  }

  /** Asked before anything is parsed, because parsing may fail. */
  private static boolean isVerbose(List<String> words) {
    return Arrays.asList("-v", "--verbose").stream().anyMatch(words::contains);
  }
}
