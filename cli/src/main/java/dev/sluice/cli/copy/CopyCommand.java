package dev.sluice.cli.copy;

import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.Arguments.DigestReader;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.CommonOptions;
import dev.sluice.cli.console.Console;
import dev.sluice.cli.console.Endpoint;
import dev.sluice.cli.console.Events;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.session.TransferOptions;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.CopyOptions;
import dev.sluice.engine.transfer.DigestAlgorithm;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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

  @Mixin private TransferOptions transfer = new TransferOptions();

  @Option(
      names = "--digest",
      paramLabel = "NAME",
      converter = DigestReader.class,
      description = "sum up the bytes: sha256 or crc32c")
  private @Nullable DigestAlgorithm digest;

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
    TransportAddress from = Endpoint.parse(incoming);
    TransportAddress to = Endpoint.parse(outgoing);
    if (transfer.json() && isStandardOutput(to)) {
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

  private CopyOptions options() {
    CopyOptions defaults = CopyOptions.DEFAULTS;
    return new CopyOptions(
        transfer.rate(),
        Optional.ofNullable(digest),
        transfer.acceptTimeout(),
        transfer.stallTimeout().orElse(defaults.stallTimeout()),
        transfer.idleTimeout(),
        transfer.deadline(),
        transfer.context(defaults.context()));
  }

  private List<CopyReport> reports() {
    List<CopyReport> reports = new ArrayList<>();
    Optional<DigestAlgorithm> summed = Optional.ofNullable(digest);
    // First, because a second Ctrl-C may cut off what comes later.
    if (transfer.json()) {
      reports.add(new JsonReport(new Events(console.out(), InstantSource.system()), summed));
    }
    reports.add(new TextReport(console.err(), transfer.quiet(), common.verbose, summed, display()));
    return reports;
  }

  private Optional<ProgressDisplay> display() {
    return switch (transfer.progress().style(console)) {
      case LIVE -> Optional.of(new LiveLine(console.err()));
      case LINES -> Optional.of(new PlainLines(console.err()));
      case NONE -> Optional.empty();
    };
  }
}
