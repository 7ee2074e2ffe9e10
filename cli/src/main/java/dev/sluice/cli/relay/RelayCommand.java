package dev.sluice.cli.relay;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.cli.console.Arguments.CountReader;
import dev.sluice.cli.console.Arguments.DurationReader;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.CommonOptions;
import dev.sluice.cli.console.Console;
import dev.sluice.cli.console.Endpoint;
import dev.sluice.cli.console.Events;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.session.TransferOptions;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.RelayOptions;
import dev.sluice.vmstate.MigrationCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of {@code sluice relay}. */
@Command(
    name = "relay",
    description = "Pass connections on, both ways, from INCOMING to OUTGOING.",
    customSynopsis = "sluice relay [OPTIONS] INCOMING OUTGOING",
    sortOptions = false,
    usageHelpWidth = 80,
    footer = {
      "  sluice relay unix:/run/out.sock tcp:10.0.0.7:4444,tls=on,tls-dir=/etc/pki/qemu",
    })
public final class RelayCommand implements Callable<Integer> {
  private final Console console;
  private final Supplier<TransportRegistry> registries;

  @Parameters(index = "0", paramLabel = "INCOMING", hidden = true)
  private String incoming = "";

  @Parameters(index = "1", paramLabel = "OUTGOING", hidden = true)
  private String outgoing = "";

  @Option(names = "--once", description = "end with the connections of one migration")
  private boolean once;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      converter = CountReader.class,
      description = "end after so many connections")
  private @Nullable Integer maxConnections;

  @Mixin private TransferOptions transfer = new TransferOptions();

  @Option(
      names = "--rate-file",
      paramLabel = "FILE",
      description = "read the rate from it, again each second")
  private @Nullable Path rateFile;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long after Ctrl-C connections go on (30s)")
  private Duration grace = Duration.ofSeconds(30);

  @Option(names = "--no-check", description = "do not look whether QEMU migrations are whole")
  private boolean noCheck;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "serve Prometheus metrics on this host")
  private @Nullable String metrics;

  @Option(
      names = "--ready-fd",
      paramLabel = "N",
      converter = CountReader.class,
      description = "write the bound address to this descriptor")
  private @Nullable Integer readyDescriptor;

  @Mixin private CommonOptions common = new CommonOptions();

  /**
   * Creates the command.
   *
   * @param console where to speak
   * @param registries loads the transports
   */
  public RelayCommand(Console console, Supplier<TransportRegistry> registries) {
    this.console = console;
    this.registries = registries;
  }

  @Override
  public Integer call() throws CommandException {
    TransportAddress from = Endpoint.parse(incoming);
    TransportAddress to = Endpoint.parse(outgoing);
    Optional<RateFile> rates = rateFile();
    List<RelayReport> reports = reports();
    try (RelayMetrics served = metrics == null ? null : serve(metrics)) {
      if (served != null) {
        reports.forEach(report -> report.metrics(served.url()));
        reports.add(served);
      }
      return new RelaySession(from, to, options(rates), grace, rates, reports)
          .run(registries)
          .number();
    }
  }

  private static RelayMetrics serve(String address) throws CommandException {
    try {
      return new RelayMetrics(MetricsAddress.parse(address));
    } catch (IOException taken) {
      throw new CommandException(
          Failure.of(
              new TransportException(
                  Kind.UNREACHABLE,
                  "cannot serve metrics on " + address + ": " + taken.getMessage(),
                  "is another relay serving there? name another port, or 0 for any",
                  taken)));
    } catch (NoClassDefFoundError _) {
      throw new CommandException(
          Failure.unavailable(
              "--metrics: Micrometer is not on the module path or class path",
              "start it through the sluice script, or add the jars of cli/target/metrics"));
    }
  }

  private Optional<RateFile> rateFile() throws CommandException {
    if (rateFile == null) {
      return Optional.empty();
    }
    if (transfer.rate().isPresent()) {
      throw new CommandException(
          Failure.usage("--rate and --rate-file both tell the rate", "leave one of them out"));
    }
    return Optional.of(new RateFile(rateFile));
  }

  private RelayOptions options(Optional<RateFile> rates) {
    RelayOptions defaults = RelayOptions.DEFAULTS;
    return new RelayOptions(
        rates.isPresent() ? rates.get().rate() : transfer.rate(),
        once,
        maxConnections == null ? OptionalInt.empty() : OptionalInt.of(maxConnections),
        transfer.acceptTimeout(),
        transfer.stallTimeout().orElse(defaults.stallTimeout()),
        transfer.idleTimeout(),
        transfer.deadline(),
        transfer.context(defaults.context()),
        noCheck ? defaults.checks() : MigrationCheck::new);
  }

  private List<RelayReport> reports() throws CommandException {
    List<RelayReport> reports = new ArrayList<>();
    // First, because a second Ctrl-C may cut off what comes later.
    if (transfer.json()) {
      reports.add(new JsonReport(new Events(console.out(), InstantSource.system())));
    }
    reports.add(
        new TextReport(
            console.err(), transfer.quiet(), common.verbose, transfer.progress().style(console)));
    if (readyDescriptor != null) {
      InheritedDescriptor descriptor = inherited(readyDescriptor);
      List<RelayReport> others = List.copyOf(reports);
      reports.add(
          new ReadyLine(descriptor, problem -> others.forEach(report -> report.warning(problem))));
    }
    return reports;
  }

  private static InheritedDescriptor inherited(int number) throws CommandException {
    try {
      if (number < InheritedDescriptor.LEAST) {
        throw new IOException("descriptor " + number + " is a standard stream");
      }
      return new InheritedDescriptor(number);
    } catch (IOException unfit) {
      throw new CommandException(
          Failure.usage(
              "--ready-fd: " + unfit.getMessage(),
              "open one of 3 or more for writing before the start, as in '3>FILE'"));
    }
  }
}
