package dev.sluice.cli.copy;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.cli.console.Arguments.DigestReader;
import dev.sluice.cli.console.Arguments.DurationReader;
import dev.sluice.cli.console.Arguments.RateReader;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.CommonOptions;
import dev.sluice.cli.console.Console;
import dev.sluice.cli.console.Endpoint;
import dev.sluice.cli.console.Events;
import dev.sluice.cli.console.Failure;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.CopyOptions;
import dev.sluice.engine.transfer.DigestAlgorithm;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of {@code sluice copy}. */
@Command(
    name = "copy",
    description = "Copy one stream, one way: listen on INCOMING, connect to OUTGOING.",
    customSynopsis = "sluice copy [OPTIONS] INCOMING OUTGOING",
    sortOptions = false,
    usageHelpWidth = 80,
    footer = {
      "",
      "An address is SCHEME:TARGET[,KEY=VALUE...]; '-' is standard input or output.",
      "  sluice copy tcp::4444 file:vm.mig      record QEMU's migrate tcp:HOST:4444",
      "  sluice copy file:vm.mig tcp:HOST:4444  play it into qemu -incoming tcp::4444",
      "  sluice copy - unix:/run/m.sock < vm.mig",
    })
public final class CopyCommand implements Callable<Integer> {
  private final Console console;
  private final Supplier<TransportRegistry> registries;

  @Parameters(index = "0", paramLabel = "INCOMING", hidden = true)
  private String incoming = "";

  @Parameters(index = "1", paramLabel = "OUTGOING", hidden = true)
  private String outgoing = "";

  @Option(
      names = "--rate",
      paramLabel = "BYTES",
      converter = RateReader.class,
      description = "at most so many bytes a second, such as 100MiB")
  private @Nullable Long rate;

  @Option(
      names = "--digest",
      paramLabel = "NAME",
      converter = DigestReader.class,
      description = "sum up the bytes: sha256 or crc32c")
  private @Nullable DigestAlgorithm digest;

  @Option(
      names = "--accept-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long to wait for INCOMING: 500ms, 10s, 1h30m")
  private @Nullable Duration acceptTimeout;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long connecting to OUTGOING may take (10s)")
  private @Nullable Duration connectTimeout;

  @Option(
      names = "--stall-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long OUTGOING may take no byte (120s)")
  private @Nullable Duration stallTimeout;

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long INCOMING may send no byte (for ever)")
  private @Nullable Duration idleTimeout;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long the whole may take (for ever)")
  private @Nullable Duration deadline;

  @Option(names = "--json", description = "lines of JSON on standard output")
  private boolean json;

  @Option(
      names = "--progress",
      paramLabel = "WHEN",
      description = "auto, line (one per 10 s) or none")
  private @Nullable ProgressOption progress;

  @Option(
      names = {"-q", "--quiet"},
      description = "print nothing but errors")
  private boolean quiet;

  @Mixin private CommonOptions common = new CommonOptions();

  /**
   * Creates the command.
   *
   * @param console where to speak
   * @param registries loads the transports
   */
  public CopyCommand(Console console, Supplier<TransportRegistry> registries) {
    this.console = console;
    this.registries = registries;
  }

  @Override
  public Integer call() throws CommandException {
    TransportAddress from = address(incoming);
    TransportAddress to = address(outgoing);
    if (json && isStandardOutput(to)) {
      throw new CommandException(
          Failure.usage(
              "--json, and the stream to '" + outgoing + "', both need standard output",
              "leave out --json, or copy to somewhere else"));
    }
    return new CopySession(from, to, options(), reports()).run(registries).number();
  }

  /** Whatever the scheme: a target may be a path, and the path may be that of standard output. */
  private boolean isStandardOutput(TransportAddress address) {
    if (Endpoint.isStandardStreams(address.scheme())) {
      return true;
    }
    try {
      return console.outIs().test(Path.of(address.target()));
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static TransportAddress address(String text) throws CommandException {
    try {
      return Endpoint.parse(text);
    } catch (TransportException malformed) {
      throw new CommandException(Failure.of(malformed));
    }
  }

  private CopyOptions options() {
    CopyOptions defaults = CopyOptions.DEFAULTS;
    TransportContext context = defaults.context();
    return new CopyOptions(
        Optional.ofNullable(rate),
        Optional.ofNullable(digest),
        Optional.ofNullable(acceptTimeout),
        stallTimeout == null ? defaults.stallTimeout() : stallTimeout,
        Optional.ofNullable(idleTimeout),
        Optional.ofNullable(deadline),
        connectTimeout == null ? context : context.withConnectTimeout(connectTimeout));
  }

  private List<CopyReport> reports() {
    List<CopyReport> reports = new ArrayList<>();
    Optional<DigestAlgorithm> summed = Optional.ofNullable(digest);
    // First, because a second Ctrl-C may cut off what comes later.
    if (json) {
      reports.add(new JsonReport(new Events(console.out(), InstantSource.system()), summed));
    }
    reports.add(
        new TextReport(
            console.err(), quiet, common.verbose, summed, shownProgress().display(console)));
    return reports;
  }

  /** A program that reads JSON sees progress there, so lines for people have to be asked for. */
  private ProgressOption shownProgress() {
    if (quiet) {
      return ProgressOption.NONE;
    }
    if (progress != null) {
      return progress;
    }
    return json ? ProgressOption.NONE : ProgressOption.AUTO;
  }
}
