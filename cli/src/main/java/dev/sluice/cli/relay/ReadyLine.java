package dev.sluice.cli.relay;

import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.Failure;
import java.io.IOException;
import java.util.function.Consumer;

/** Tells who started the process that it listens, and where. */
final class ReadyLine implements RelayReport {
  private final InheritedDescriptor descriptor;
  private final Consumer<Failure> warning;

  /**
   * @param descriptor where to write the line
   * @param warning told if nobody could be told
   */
  ReadyLine(InheritedDescriptor descriptor, Consumer<Failure> warning) {
    this.descriptor = descriptor;
    this.warning = warning;
  }

  @Override
  public void listening(TransportAddress address) {
    try {
      descriptor.writeAndClose(address.toString());
    } catch (IOException failure) {
      warning.accept(Failure.of(failure));
    }
  }
}
