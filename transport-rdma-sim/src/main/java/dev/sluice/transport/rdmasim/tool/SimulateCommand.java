package dev.sluice.transport.rdmasim.tool;

import dev.sluice.api.ByteCounts;
import dev.sluice.transport.rdmasim.simulation.FaultPlan;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.LinkSetting;
import dev.sluice.transport.rdmasim.simulation.RepeatHint;
import dev.sluice.transport.rdmasim.simulation.VirtualTimeExceededException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice simulate}: its options, and in which order things are done. */
@Command(
    name = "simulate",
    description = "Run a transfer over simulated RDMA in virtual time: no network, any link.",
    customSynopsis = "sluice simulate --link PRESET[,KEY=VALUE...] [OPTIONS]",
    sortOptions = false,
    usageHelpWidth = 80,
    footer = {
      "",
      "  sluice simulate --link wan100-continent,loss=1e-5 --seed 7 --plot loss.svg",
      "  sluice simulate --link metro100 --mode stream --window 8MiB --size 10GiB",
      "  sluice simulate --link wan100-continent --sweep loss=1e-6..1e-2",
    })
final class SimulateCommand implements Callable<Integer> {
  /** Short enough to be typed. */
  private static final int SEEDS = 1_000_000;

  private static final String LIST_HINT =
      "'sluice simulate --list' shows presets and keys, docs/simulate.md and"
          + " docs/spec/rdma-sim.md the rest";

  private final PrintWriter out;
  private final List<String> arguments;

  @Option(names = "--link", paramLabel = "LINK", description = "preset with changes; see --list")
  private @Nullable String link;

  @Option(names = "--size", paramLabel = "BYTES", description = "to transfer (1TiB)")
  private String size = "1TiB";

  @Option(names = "--seed", paramLabel = "N", description = "of all that is random (random)")
  private @Nullable Long seed;

  @Option(
      names = "--fault",
      paramLabel = "RULE",
      description = "such as drop:message=3,packet=1; may be given again")
  private List<String> faults = new ArrayList<>();

  @Option(names = "--mode", paramLabel = "MODE", description = "write, send or stream (write)")
  private String mode = Mode.WRITE.text();

  @Option(names = "--message", paramLabel = "BYTES", description = "size of a message (1MiB)")
  private String message = "1MiB";

  @Option(
      names = "--window",
      paramLabel = "BYTES",
      description = "under way at most; of a stream its ring")
  private @Nullable String window;

  @Option(
      names = "--timeout-code",
      paramLabel = "N",
      description = "acknowledgement timer, 4.096 us * 2^N; 0: none")
  private @Nullable String timeoutCode;

  @Option(
      names = "--retries",
      paramLabel = "N[,RNR]",
      description = "without answer, of RNR NAKs; 0 to 7 (7,7)")
  private String retries = "7,7";

  @Option(
      names = "--sweep",
      paramLabel = "KEY=FROM..TO[:N]",
      description = "table over loss, delay, window, mtu or rate")
  private @Nullable String sweep;

  @Option(names = "--plot", paramLabel = "FILE", description = "draw goodput: .svg or .png")
  private @Nullable String plot;

  @Option(names = "--list", description = "show presets, keys of links, faults")
  private boolean list;

  @Option(names = "--json", description = "one line of JSON")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "print errors only")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "show counters, stack traces")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  SimulateCommand(PrintWriter out, List<String> arguments) {
    this.out = out;
    this.arguments = List.copyOf(arguments);
  }

  @Override
  public Integer call() throws ToolFailure {
    if (list) {
      out.print(json ? TransferJson.listing() + "\n" : Listing.text());
      return 0;
    }
    Scenario scenario = scenario();
    PlotFile file = plot == null ? null : PlotFile.of(plot);
    String command = RepeatCommand.of(arguments, scenario.seed());
    String swept = sweep;
    if (swept == null) {
      transfer(scenario, command, file);
    } else {
      sweep(scenario, parsed(() -> Sweep.parse(swept, scenario.link())), command, file);
    }
    return 0;
  }

  private interface Reader<T> {
    T read();
  }

  private static <T> T parsed(Reader<T> reader) throws ToolFailure {
    try {
      return reader.read();
    } catch (IllegalArgumentException wrong) {
      throw ToolFailure.usage(String.valueOf(wrong.getMessage()), LIST_HINT, wrong);
    }
  }

  private Scenario scenario() throws ToolFailure {
    String given = link;
    if (given == null) {
      throw ToolFailure.usage("--link is missing", LIST_HINT, null);
    }
    long chosen = seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed;
    return parsed(
        () -> {
          LinkProfile profile = LinkProfile.parse(given);
          if (timeoutCode != null) {
            profile = timedOut(profile, timeoutCode);
          }
          return new Scenario(
              profile,
              Mode.parse(mode),
              ByteCounts.parse(size),
              ByteCounts.parse(message),
              window == null ? 0 : ByteCounts.parse(window),
              Retries.parse(retries),
              FaultPlan.parse(faults),
              chosen);
        });
  }

  private static LinkProfile timedOut(LinkProfile profile, String code) {
    try {
      return profile.with(LinkSetting.TIMEOUT.key(), code);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "--timeout-code '" + code + "' is not a whole number from 0 to 31", wrong);
    }
  }

  private void transfer(Scenario scenario, String command, @Nullable PlotFile file)
      throws ToolFailure {
    say(TransferText.facts(scenario));
    TransferResult result;
    try {
      result = Transfer.run(scenario);
    } catch (VirtualTimeExceededException endless) {
      throw ToolFailure.limit(
          String.valueOf(endless.getMessage()), "give a smaller --size, or a faster link", endless);
    } catch (TransferFailed failed) {
      throw ToolFailure.io(
          "the transfer failed at "
              + Amounts.time(failed.timeNanos())
              + " of virtual time, after "
              + failed.doneBytes()
              + " of "
              + scenario.sizeBytes()
              + " bytes: "
              + failed.getMessage(),
          new RepeatHint(scenario.seed(), String.valueOf(link), version(), command).toString(),
          failed);
    }
    say(TransferText.outcome(result));
    say(TransferText.repetition(result, command, verbose));
    if (json) {
      out.println(TransferJson.summary(result, command));
    }
    if (file != null) {
      if (result.timeNanos() == 0) {
        throw ToolFailure.usage(
            "there is nothing to plot: the transfer takes no time",
            "give the link a rate or a delay",
            null);
      }
      file.write(Plot.overTime(result, file.format()));
    }
  }

  private void sweep(Scenario scenario, Sweep wanted, String command, @Nullable PlotFile file)
      throws ToolFailure {
    say(TransferText.facts(scenario));
    say(SweepText.head(wanted.key()));
    List<SweepPoint> points = new ArrayList<>();
    for (double value : wanted.values()) {
      SweepPoint point = SweepPoint.run(wanted.key(), value, scenario);
      points.add(point);
      say(SweepText.row(wanted.key(), point));
    }
    SweepPoint.missedFaults(points).forEach(rule -> say(TransferText.missed(rule)));
    say("%n  repeat      %s%n".formatted(command));
    if (json) {
      out.println(TransferJson.sweep(scenario, wanted.key(), points, command));
    }
    if (file != null) {
      file.write(Plot.overValues(scenario, wanted.key(), points, file.format()));
    }
    long failedCount = points.stream().filter(point -> point.result() == null).count();
    if (failedCount > 0) {
      throw ToolFailure.io(
          failedCount + " of " + points.size() + " transfers failed",
          new RepeatHint(scenario.seed(), String.valueOf(link), version(), command).toString(),
          null);
    }
  }

  /** At once, as what comes next may take long. */
  private void say(String text) {
    if (!json && !quiet) {
      out.print(text);
      out.flush();
    }
  }

  private static String version() {
    Module module = SimulateCommand.class.getModule();
    return module.isNamed() ? module.getDescriptor().rawVersion().orElse("unknown") : "unknown";
  }
}
