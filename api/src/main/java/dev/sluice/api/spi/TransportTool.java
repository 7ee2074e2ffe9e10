package dev.sluice.api.spi;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import java.io.PrintWriter;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * A sub-command that works on transports: a {@link ToolProvider} named {@code sluice-NAME} that the
 * command {@code sluice NAME} gives the transports it has found.
 *
 * <h2>Threading</h2>
 *
 * Runs in the caller's thread; ends what it opened before it returns.
 */
public interface TransportTool extends ToolProvider {
  /** The transports that are installed, and how the host was told of them. */
  @FunctionalInterface
  interface Transports {
    /**
     * Returns the provider that serves the scheme of an address.
     *
     * @param address its options may be of either side; its target is not looked at
     * @throws TransportException of kind {@link TransportException.Kind#ADDRESS} if no installed
     *     provider serves the scheme, or an option is unknown or of the wrong type; of another kind
     *     if the scheme cannot be used here
     */
    TransportProvider provider(TransportAddress address) throws TransportException;

    /**
     * Returns the words of the host's command line that these transports need to be found again,
     * such as {@code --plugins DIR}; for a tool that tells how it can be run again.
     */
    default List<String> arguments() {
      return List.of();
    }
  }

  /**
   * Runs the tool.
   *
   * @param transports those that are installed
   * @param out for what was asked for
   * @param err for what went wrong
   * @param arguments the words of the command line behind the tool's name
   * @return the exit status
   */
  int run(Transports transports, PrintWriter out, PrintWriter err, String... arguments);
}
