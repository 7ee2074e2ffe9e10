package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.Optional;

/**
 * Makes the JDK open and read now what it else would for the first connection: its policies, its
 * list of blocked certificates, and what virtual threads wait with. It does so in static
 * initialisers: were there no descriptor left by then, this process could do no TLS any more.
 */
final class Preparation {
  private Preparation() {}

  /**
   * Returns when it was done, now or before.
   *
   * @param own of the connections to come
   * @throws TransportException of kind IDENTITY if this JDK cannot do what is needed, LIMIT if no
   *     descriptors are left
   */
  static void run(Credentials own) throws TransportException {
    TlsSession.rehearse(new PeerCheck(own, "itself", Optional.empty(), Optional.empty()));
    try {
      waitInVirtualThread();
    } catch (IOException exhausted) {
      throw TlsFolder.noDescriptor("TLS: " + exhausted.getMessage(), exhausted);
    }
  }

  /** For what never comes, until it does wait. */
  private static void waitInVirtualThread() throws IOException {
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel _ = pipe.sink();
        Pipe.SourceChannel source = pipe.source()) {
      Thread waiting = Thread.ofVirtual().start(() -> readNothing(source));
      while (waiting.isAlive() && waiting.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
  }

  private static void readNothing(Pipe.SourceChannel source) {
    try {
      source.read(ByteBuffer.allocate(1));
    } catch (IOException closed) {
      // That was the end of the wait.
    }
  }
}
