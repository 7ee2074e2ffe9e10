package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportException;
import dev.sluice.transport.socket.system.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the JDK open and read what it else would for the first connection: its policies, its list
 * of blocked certificates, and what virtual threads wait with. It does so in static initialisers:
 * were there no descriptor left by then, this process could do no TLS any more.
 */
final class Preparation {
  private static final Duration LOOK = Duration.ofMillis(1);

  private Preparation() {}

  /**
   * Does so; what was done before costs next to nothing.
   *
   * @param own of the connections to come
   * @throws TransportException of kind IDENTITY if this JDK cannot do what is needed, LIMIT if no
   *     descriptors are left
   */
  static void run(Credentials own) throws TransportException {
    try {
      TlsSession.rehearse(new PeerCheck(own, "itself", Optional.empty(), Optional.empty()));
      waitInVirtualThread();
    } catch (IOException | LinkageError exhausted) {
      if (exhausted instanceof TransportException told) {
        throw told;
      }
      throw Descriptors.none("what TLS needs", exhausted);
    }
  }

  /** For what never comes, until it does wait; an interrupt is for what the caller does next. */
  private static void waitInVirtualThread() throws IOException {
    Pipe pipe = Pipe.open();
    FutureTask<Integer> reading =
        new FutureTask<>(() -> pipe.source().read(ByteBuffer.allocate(1)));
    try (Pipe.SinkChannel _ = pipe.sink();
        Pipe.SourceChannel _ = pipe.source()) {
      Thread thread = Thread.ofVirtual().start(reading);
      while (thread.isAlive()
          && thread.getState() != Thread.State.WAITING
          && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(LOOK.toNanos());
      }
    }
    if (reading.state() == Future.State.FAILED
        && reading.exceptionNow() instanceof LinkageError broken) {
      throw broken;
    }
  }
}
