package dev.sluice.cli.console;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;

/**
 * What users write for an address; {@code -} is the command's own word for standard streams, whose
 * scheme is therefore the one that it knows by name.
 */
public final class Endpoint {
  private static final TransportAddress STANDARD_STREAMS = TransportAddress.of("stdio", "");

  private Endpoint() {}

  /**
   * Reads an address.
   *
   * @param text an address or {@code -}
   * @throws CommandException if it is none
   */
  public static TransportAddress parse(String text) throws CommandException {
    try {
      return text.equals("-") ? STANDARD_STREAMS : TransportAddress.parse(text);
    } catch (TransportException malformed) {
      throw new CommandException(Failure.of(malformed));
    }
  }

  /**
   * Returns whether a scheme leads to the standard streams of this process, which the command
   * itself may need.
   *
   * @param scheme the name of a scheme
   */
  public static boolean isStandardStreams(String scheme) {
    return scheme.equals(STANDARD_STREAMS.scheme());
  }
}
