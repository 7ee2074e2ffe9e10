package dev.sluice.cli.demo;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.CommonOptions;
import dev.sluice.cli.console.Console;
import dev.sluice.cli.console.Failure;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Leg;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice demo}. */
@Command(
    name = "demo",
    description = {
      "Send a real migration stream over every installed transport, and compare.",
      "Needs nothing but this program; everything stays on this host.",
    },
    customSynopsis = "sluice demo [OPTIONS]",
    sortOptions = false,
    usageHelpWidth = 80,
    footer = {
      "",
      "  sluice demo         exit status 0 only if every digest is equal, 8 if one is not,",
      "                      11 if a transport cannot be used",
      "  sluice demo -v      with the stack trace of a transport that fails",
    })
public final class DemoCommand implements Callable<Integer> {
  private final Console console;
  private final Supplier<TransportRegistry> registries;
  private final List<String> self;

  @Mixin private CommonOptions common = new CommonOptions();

  /**
   * Creates the command.
   *
   * @param console where to speak
   * @param registries loads the transports
   * @param self the words that start the {@code sluice} command in a process of its own
   */
  public DemoCommand(Console console, Supplier<TransportRegistry> registries, List<String> self) {
    this.console = console;
    this.registries = registries;
    this.self = self;
  }

  @Override
  public Integer call() throws CommandException {
    try (TransportRegistry registry = registries.get();
        TemporaryFolder folder = new TemporaryFolder()) {
      return new Demo(console, registry, self, folder.path()).run(common.verbose).number();
    } catch (IOException failure) {
      String folder = System.getProperty("java.io.tmpdir");
      throw new CommandException(
          Failure.of(
              new TransportException(
                  Kind.IO,
                  "cannot unpack the stream to " + folder + ": " + failure.getMessage(),
                  "make room there, 40 MiB for each transport, and the right to write",
                  failure),
              Leg.OUTGOING));
    }
  }
}
