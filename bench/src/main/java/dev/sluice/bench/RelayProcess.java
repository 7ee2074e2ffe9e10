package dev.sluice.bench;

import dev.sluice.api.TransportAddress;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Relay;
import dev.sluice.engine.transfer.RelayListener;
import dev.sluice.engine.transfer.RelayOptions;
import java.io.IOException;

/** A relay as a process of its own, with nothing of the command in it. */
final class RelayProcess {
  private RelayProcess() {}

  /** Relays one connection from the address {@code args[0]} to the address {@code args[1]}. */
  public static void main(String[] args) throws IOException {
    try (TransportRegistry registry = TransportRegistry.load(RelayProcess.class.getClassLoader())) {
      new Relay(
              registry,
              TransportAddress.parse(args[0]),
              TransportAddress.parse(args[1]),
              RelayOptions.DEFAULTS.withOnce(),
              RelayListener.NONE)
          .run();
    }
  }
}
