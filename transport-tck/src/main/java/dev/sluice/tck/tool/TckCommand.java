package dev.sluice.tck.tool;

import dev.sluice.api.spi.TransportTool.Transports;
import dev.sluice.tck.conformance.Report;
import dev.sluice.tck.conformance.ReportFiles;
import dev.sluice.tck.conformance.Rule;
import dev.sluice.tck.conformance.Run;
import dev.sluice.tck.conformance.Specification;
import dev.sluice.tck.conformance.Verdict;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice tck}: its options, and one transport after the other. */
@Command(
    name = "tck",
    description = "Try the rules of the channel contract on installed transports.",
    customSynopsis = "sluice tck ADDRESS... [OPTIONS]",
    sortOptions = false,
    usageHelpWidth = 80,
    footer = {
      "",
      "  sluice tck tcp:127.0.0.1:0 unix:/tmp/tck.sock",
      "  sluice tck rdma-sim                     where the scheme itself says it can be tried",
      "  sluice tck acme.foo:here --rule CH-7.5 --seed 42",
      "",
      "{dir} in an address is a private folder, fresh for each test. Exit status: 0 no rule was",
      "found broken, 8 some were, 2 usage, 3 unreachable, 6 report not written, 11 not usable.",
    })
final class TckCommand implements Callable<Integer> {
  /** Short enough to be typed. */
  private static final int SEEDS = 1_000_000;

  private static final int BROKEN = 8;

  /** What no shell changes. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private final ReportNames reportNames = new ReportNames();
  private final Transports transports;
  private final PrintWriter out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "ADDRESS", description = "to listen at and connect to")
  private List<String> addresses = new ArrayList<>();

  @Option(names = "--rule", paramLabel = "CH-N.N", description = "try one rule only")
  private @Nullable String rule;

  @Option(names = "--seed", paramLabel = "N", description = "of all that is random (random)")
  private @Nullable Long seed;

  @Option(
      names = "--time-scale",
      paramLabel = "X",
      description = "be X times as patient as the contract (1)")
  private double timeScale = 1;

  @Option(
      names = "--report",
      paramLabel = "FOLDER",
      description = "write SCHEME.json and SCHEME.md there (SCHEME-2 ... for more of one)")
  private @Nullable Path report;

  /** Never set: the host takes it from the command line, but it is in the help. */
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "try transports in DIR too; may be repeated")
  @Nullable List<String> plugins;

  @Option(
      names = {"-q", "--quiet"},
      description = "print failures only")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "show each rule, stack traces")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  TckCommand(Transports transports, PrintWriter out) {
    this.transports = transports;
    this.out = out;
  }

  boolean isVerbose() {
    return verbose;
  }

  @Override
  public Integer call() throws ToolFailure {
    if (!Run.isTimeScale(timeScale)) {
      throw ToolFailure.usage(
          "--time-scale " + timeScale + " is not above 0 and up to " + Run.MOST_PATIENT,
          "2 is twice as patient");
    }
    if (report != null) {
      makeFolder(report);
    }
    if (rule != null) {
      requireTestable(rule);
    }
    boolean broken = false;
    for (String address : addresses) {
      TransportFixture fixture = Candidate.fixture(transports, address);
      Report result = run(address, fixture);
      new ReportText(out, quiet, verbose).print(address, result);
      out.flush();
      // After the verdict, which a report that cannot be written must not hide.
      if (report != null) {
        write(result.named(reportNames.next(fixture.scheme().name())), report);
      }
      broken |= result.count(Verdict.FAILED) > 0;
      if (rule == null) {
        requireAllTried(address, result);
      }
    }
    return broken ? BROKEN : 0;
  }

  /** Before anything is tried, as that may take minutes. */
  private static void makeFolder(Path folder) throws ToolFailure {
    if (folder.toString().isEmpty()) {
      throw ToolFailure.usage("--report names no folder", "'.' is the current one");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException failed) {
      throw ToolFailure.report(failed);
    }
  }

  private static void requireTestable(String id) throws ToolFailure {
    Rule named = Specification.packed().byId().get(id);
    if (named == null) {
      throw ToolFailure.usage(
          "the contract has no rule '" + id + "'",
          "its rules are called CH-1.1 and so on: docs/spec/channel-contract.md has them");
    }
    if (named.notTested().isPresent()) {
      throw ToolFailure.usage("no test shows rule " + id, "the reason: " + named.notTested().get());
    }
  }

  /** Else a rule that was lost on the way looks like one that holds. */
  private static void requireAllTried(String address, Report result) {
    List<String> lost =
        result.rules().stream()
            .filter(each -> each.verdict() == Verdict.NOT_RUN)
            .map(each -> each.rule().id())
            .toList();
    if (!lost.isEmpty()) {
      throw new IllegalStateException(
          "the kit has tried " + address + " without " + String.join(", ", lost));
    }
  }

  private Report run(String address, TransportFixture fixture) throws ToolFailure {
    PrintWriter err = spec.commandLine().getErr();
    Report result =
        KitRun.of(
            fixture,
            parameters(address),
            group -> {
              if (!quiet && rule == null) {
                err.println(address + ": " + group);
              }
            });
    if (result.count(Verdict.PASSED) + result.count(Verdict.FAILED) == 0) {
      throw ToolFailure.usage("no rule was tried on " + address, whyNone(result));
    }
    return result;
  }

  private static String whyNone(Report result) {
    return result.rules().stream()
        .filter(each -> each.verdict() == Verdict.NOT_APPLICABLE)
        .findFirst()
        .map(each -> each.rule().id() + " does not apply: " + each.results().getFirst().detail())
        .orElse("leave --rule out");
  }

  private static void write(Report result, Path folder) throws ToolFailure {
    try {
      ReportFiles.write(result, Optional.of(folder.toString()));
    } catch (UncheckedIOException failed) {
      throw ToolFailure.report(Objects.requireNonNull(failed.getCause()));
    }
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private Map<String, String> parameters(String address) {
    long chosen = seed == null ? new SplittableRandom().nextInt(SEEDS) : seed;
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("sluice.tck.seed", Long.toString(chosen));
    parameters.put("sluice.tck.timeScale", Double.toString(timeScale));
    List<String> repeat = new ArrayList<>(List.of("sluice", "tck", quoted(address)));
    transports.arguments().forEach(word -> repeat.add(quoted(word)));
    repeat.add("--rule {rule} --seed {seed}");
    if (timeScale != 1) {
      repeat.add("--time-scale " + timeScale);
    }
    parameters.put("sluice.tck.repeat", String.join(" ", repeat));
    if (rule != null) {
      parameters.put("sluice.tck.rule", rule);
    }
    return parameters;
  }
}
