package dev.sluice.transport.rdmasim.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Takes requests for a service. {@link #close} rejects those that nobody took. */
public interface ConnectionListener extends AutoCloseable {
  /** Returns the number of the service. */
  int service();

  /** Takes the oldest request; empty: there is none. */
  Optional<ConnectionRequest> poll();

  /**
   * Waits for a request, and takes it.
   *
   * @param atMost on the fabric's clock
   * @return empty if the time passed
   * @throws IOException if the fabric is gone, or the thread is interrupted
   */
  Optional<ConnectionRequest> await(Duration atMost) throws IOException;

  /** Stops listening; calling it again does nothing. */
  @Override
  void close();
}
