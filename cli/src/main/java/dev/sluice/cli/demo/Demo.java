package dev.sluice.cli.demo;

import static java.util.stream.Collectors.toCollection;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.spi.Scheme;
import dev.sluice.cli.console.Console;
import dev.sluice.cli.console.Endpoint;
import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Quantities;
import dev.sluice.cli.console.Table;
import dev.sluice.engine.registry.InstalledScheme;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Leg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tries every installed transport with the bundled stream. */
final class Demo {
  private final Console console;
  private final TransportRegistry registry;
  private final List<String> self;
  private final Path folder;

  /**
   * @param self the words that start the {@code sluice} command in a process of its own
   * @param folder a private, empty folder
   */
  Demo(Console console, TransportRegistry registry, List<String> self, Path folder) {
    this.console = console;
    this.registry = registry;
    this.self = self;
    this.folder = folder;
  }

  /** Prints the table; returns the exit status. */
  ExitCode run(boolean verbose) throws IOException {
    DemoStream stream = DemoStream.unpack(folder);
    console
        .out()
        .printf(
            "%s, a migration stream of QEMU: %s, sha256 %s%n%n",
            DemoStream.NAME, Quantities.bytes(stream.sum().byteCount()), stream.sum().digest());
    console.out().flush();
    List<Trial> trials =
        registry.schemes().stream().map(scheme -> trial(scheme, stream, verbose)).toList();
    Table table = new Table("TRANSPORT", "FEATURES", "BYTES", "SECONDS", "RATE", "DIGEST");
    trials.forEach(trial -> table.row(trial.row(stream.sum().byteCount())));
    console.out().print(table.text());
    for (Trial trial : trials) {
      trial
          .note()
          .ifPresent(
              note ->
                  console
                      .out()
                      .println("%n%s: %s: %s".formatted(trial.name(), trial.verdict(), note)));
    }
    if (!registry.failures().isEmpty()) {
      console
          .err()
          .println(
              "Some transports cannot be used: 'sluice transports' tells why, with the same"
                  + " --plugins.");
    }
    return verdict(trials);
  }

  /**
   * A stream that was changed is worse than one that did not get through, and that is worse than
   * one that was not sent.
   */
  private ExitCode verdict(List<Trial> trials) {
    Set<ExitCode> found =
        trials.stream().map(Trial::code).collect(toCollection(LinkedHashSet::new));
    found.remove(ExitCode.COMPLETE);
    if (found.contains(ExitCode.INTEGRITY)) {
      return ExitCode.INTEGRITY;
    }
    boolean allLoaded = !trials.isEmpty() && registry.failures().isEmpty();
    return found.stream()
        .filter(code -> code != ExitCode.UNAVAILABLE)
        .findFirst()
        .orElse(allLoaded && found.isEmpty() ? ExitCode.COMPLETE : ExitCode.UNAVAILABLE);
  }

  private Trial trial(InstalledScheme installed, DemoStream stream, boolean verbose) {
    Scheme scheme = installed.scheme();
    Set<ChannelFeature> features = scheme.features();
    if (scheme.unavailability().isPresent()) {
      return Trial.unavailable(scheme.name(), features, scheme.unavailability().get());
    }
    try {
      return passage(scheme, stream)
          .map(passage -> Trial.passed(scheme.name(), passage, stream.sum()))
          .orElseGet(() -> Trial.homeless(scheme.name(), features));
    } catch (IOException | RuntimeException | LinkageError failure) {
      if (verbose) {
        failure.printStackTrace(console.err());
      }
      return Trial.failed(
          scheme.name(),
          features,
          failure instanceof IOException
              ? String.valueOf(failure.getMessage())
              : failure.toString(),
          ExitCode.of(failure, Leg.OUTGOING));
    }
  }

  private Optional<Passage> passage(Scheme scheme, DemoStream stream) throws IOException {
    if (Endpoint.isStandardStreams(scheme.name())) {
      return Optional.of(new ProcessTrip(self, stream.file(), folder).run());
    }
    Optional<TransportAddress> address =
        scheme
            .loopback(Files.createDirectory(folder.resolve(scheme.name())))
            .or(() -> sink(scheme));
    return address.isPresent()
        ? Optional.of(
            new RoundTrip(registry, stream.file()).run(address.get(), scheme.dropsBytes()))
        : Optional.empty();
  }

  /** What drops its bytes has nothing to be read back from, and as a rule no target either. */
  private static Optional<TransportAddress> sink(Scheme scheme) {
    return scheme.dropsBytes() && scheme.targetForm().isEmpty()
        ? Optional.of(TransportAddress.of(scheme.name(), ""))
        : Optional.empty();
  }
}
