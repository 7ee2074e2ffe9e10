package dev.sluice.cli.transports;

import static java.util.stream.Collectors.joining;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.CommonOptions;
import dev.sluice.cli.console.Console;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.console.JsonLines;
import dev.sluice.cli.console.JsonObject;
import dev.sluice.engine.registry.InstalledScheme;
import dev.sluice.engine.registry.TransportRegistry;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice transports}: what is installed, or one scheme with all that it takes. */
@Command(
    name = "transports",
    description = "List the installed transports, or describe one with its options.",
    customSynopsis = "sluice transports [OPTIONS] [SCHEME]",
    sortOptions = false,
    usageHelpWidth = 80,
    footer = {
      "",
      "  sluice transports                 what is installed, from which jar; what cannot be used,"
          + " and why",
      "  sluice transports tcp             what a tcp: address takes",
      "  sluice transports --json          the same for programs, as one line",
    })
public final class TransportsCommand implements Callable<Integer> {
  private final Console console;
  private final Supplier<TransportRegistry> registries;

  @Parameters(arity = "0..1", paramLabel = "SCHEME", hidden = true)
  private @Nullable String scheme;

  @Option(names = "--json", description = "one line of JSON")
  private boolean json;

  @Mixin CommonOptions common = new CommonOptions();

  /**
   * Creates the command.
   *
   * @param console where to speak
   * @param registries loads the transports
   */
  public TransportsCommand(Console console, Supplier<TransportRegistry> registries) {
    this.console = console;
    this.registries = registries;
  }

  @Override
  public Integer call() throws CommandException {
    try (TransportRegistry registry = registries.get()) {
      if (scheme == null) {
        print(TransportText.list(registry), all -> TransportJson.list(registry, all));
      } else {
        describe(registry, scheme);
      }
      return 0;
    }
  }

  private void describe(TransportRegistry registry, String name) throws CommandException {
    // As it stands in an address, if that was pasted.
    String bare = name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    InstalledScheme found =
        registry.find(bare).orElseThrow(() -> new CommandException(missing(registry, bare)));
    print(TransportText.describe(found), one -> TransportJson.describe(found, one));
  }

  private static Failure missing(TransportRegistry registry, String name) {
    boolean isRefused =
        registry.failures().stream()
            .anyMatch(failure -> failure.scheme().equals(Optional.of(name)));
    return isRefused
        ? refused(registry, name)
        : Failure.usage(
            "unknown scheme '" + name + "'",
            "known schemes: "
                + registry.schemes().stream().map(InstalledScheme::name).collect(joining(", ")));
  }

  /** In the words of whoever tries to use it, which name all that claim it. */
  private static Failure refused(TransportRegistry registry, String name) {
    try {
      registry.provider(TransportAddress.of(name, ""));
    } catch (TransportException refused) {
      return Failure.of(refused);
    }
    throw new IllegalStateException(name + " is refused, and can be used");
  }

  private void print(String text, Consumer<JsonObject> object) {
    if (json) {
      new JsonLines(console.out()).write(object);
    } else {
      console.out().print(text);
    }
  }
}
