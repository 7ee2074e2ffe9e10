package dev.sluice.api.spi;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import java.io.PrintWriter;
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
  /** Finds the provider of an address. */
  @FunctionalInterface
  interface Transports {
    /**
     * Returns the provider that serves the scheme of an address.
     *
     * @param address its target and options are not looked at
     * @throws TransportException if no installed provider serves the scheme, or it cannot be used
     *     here
     */
    TransportProvider provider(TransportAddress address) throws TransportException;
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
