package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;

/** Starts the threads of connections: thousands of them, so their stacks are small. */
final class LinkThreads {
  /** Enough for a TLS engine and a logger; what is not touched costs nothing anyway. */
  private static final long STACK_BYTES = 256 << 10;

  private LinkThreads() {}

  /**
   * Starts a platform thread: a file or a device would block a virtual one's carrier.
   *
   * @throws TransportException of kind {@link Kind#LIMIT} if the system has none left
   */
  static Thread start(String name, Runnable body) throws TransportException {
    try {
      return Thread.ofPlatform().daemon().name(name).stackSize(STACK_BYTES).start(body);
    } catch (OutOfMemoryError exhausted) {
      throw new TransportException(
          Kind.LIMIT,
          "no thread for a connection: " + exhausted.getMessage(),
          "let connections end, or raise the limit of processes (ulimit -u)",
          exhausted);
    }
  }
}
