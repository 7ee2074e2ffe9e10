package dev.sluice.api;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Hands out incoming channels.
 *
 * <h2>Ownership</h2>
 *
 * Whoever called {@code listen} closes the listener; whoever called {@link #accept} closes the
 * channel. Closing the listener leaves accepted channels open.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread; one {@link #accept} at a time gets a given channel.
 */
public interface TransportListener extends Closeable {
  /**
   * Returns the bound address: with the port that was really chosen, and such that it can be parsed
   * and connected to.
   */
  TransportAddress address();

  /**
   * Returns whether {@link #accept} waits for somebody else to come: true for a server, false for
   * an endpoint that is simply opened, such as a file.
   */
  default boolean awaitsPeer() {
    return true;
  }

  /**
   * Waits for the next incoming channel, before any hand-shake: {@link TransportChannel#establish}
   * finishes that in the connection's own thread, so a silent client cannot stop the listener.
   *
   * @return the channel; empty when the listener is exhausted or closed, the normal end of an
   *     accept loop
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; the listener
   *     is closed
   * @throws IOException if accepting fails; the next call may succeed where the listener is open
   */
  Optional<TransportChannel> accept() throws IOException;

  /**
   * Stops listening, ends a blocked {@link #accept} within 1 s, and removes what the listener made
   * on disk. Calling it again does nothing.
   *
   * @throws IOException if something could not be removed
   */
  @Override
  void close() throws IOException;
}
