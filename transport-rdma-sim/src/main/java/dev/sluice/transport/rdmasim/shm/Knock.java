package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Optional;

/**
 * One attempt to connect to a socket file, which never waits: a blocking one has no time-out where
 * the listener's queue is full.
 *
 * @param outcome what became of it
 * @param socket the connection, non-blocking, where the outcome is ANSWERED; the caller closes it
 */
record Knock(Outcome outcome, Optional<SocketChannel> socket) {
  /** What a socket file did. */
  enum Outcome {
    ANSWERED,
    /** Somebody listens, but has not accepted those who came before. */
    FULL,
    /** Nobody listens: the file is left over. */
    REFUSED,
    ABSENT
  }

  /**
   * Tries to connect.
   *
   * @throws TransportException of kind LIMIT without a descriptor for a socket
   */
  static Knock at(UnixDomainSocketAddress address) throws IOException {
    SocketChannel socket = open(address);
    boolean kept = false;
    try {
      socket.configureBlocking(false);
      socket.connect(address);
      kept = true;
      return new Knock(Outcome.ANSWERED, Optional.of(socket));
    } catch (ConnectException refused) {
      return new Knock(Outcome.REFUSED, Optional.empty());
    } catch (IOException absentOrFull) {
      // The JDK has one class for ENOENT and EAGAIN, and a text in the user's language.
      boolean absent = Files.notExists(address.getPath(), LinkOption.NOFOLLOW_LINKS);
      return new Knock(absent ? Outcome.ABSENT : Outcome.FULL, Optional.empty());
    } finally {
      if (!kept) {
        socket.close();
      }
    }
  }

  /** Connects only to learn the outcome. The listener sees somebody who leaves without a word. */
  static Outcome probe(UnixDomainSocketAddress address) throws IOException {
    Knock knock = at(address);
    if (knock.socket.isPresent()) {
      knock.socket.get().close();
    }
    return knock.outcome;
  }

  private static SocketChannel open(UnixDomainSocketAddress address) throws TransportException {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException exhausted) {
      throw new TransportException(
          Kind.LIMIT,
          "no socket for a connection to " + address.getPath() + ": " + Failures.detail(exhausted),
          "raise the limit of open files (ulimit -n)",
          exhausted);
    }
  }
}
