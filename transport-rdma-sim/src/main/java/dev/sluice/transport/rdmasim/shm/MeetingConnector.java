package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Connects to who listens under a name. */
final class MeetingConnector {
  /** The kernel has no event for "the queue has room now": it has to be asked again. */
  private static final Duration RETRY = Duration.ofMillis(10);

  /** How many names a hint lists. */
  private static final int GREATEST_LISTED_COUNT = 10;

  private MeetingConnector() {}

  /**
   * Connects and greets; does not wait for the listening side to notice.
   *
   * @param deadline for a listener whose queue is full
   * @return the connection, which the caller closes
   * @throws TransportException of kind UNREACHABLE if nobody listens there, or the queue stays full
   * @throws ClosedByInterruptException if the thread is interrupted
   */
  static ControlSocket connect(MeetingFolder folder, EndpointName name, Deadline deadline)
      throws IOException {
    Janitor.sweep(folder);
    UnixDomainSocketAddress address = folder.socketAddress(name.fileName());
    while (true) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      Knock knock = Knock.at(address);
      switch (knock.outcome()) {
        case ANSWERED -> {
          return greet(name, knock.socket().orElseThrow());
        }
        case ABSENT -> throw absent(folder, name);
        case REFUSED -> {
          boolean removed = ClaimedName.removeStale(folder, name);
          if (removed) {
            throw stale(name);
          }
        }
        case FULL -> {
          if (deadline.passed()) {
            throw Failures.unreachable(
                name + " did not take the connection within " + deadline.text() + ": queue full",
                "the listening side accepts no more; connect-timeout= waits longer",
                null);
          }
          LockSupport.parkNanos(MeetingConnector.class, RETRY.toNanos());
        }
      }
    }
  }

  private static ControlSocket greet(EndpointName name, SocketChannel socket) throws IOException {
    try (Opening opening = new Opening()) {
      opening.add(socket);
      ControlSocket control = opening.add(new ControlSocket(socket));
      greet(name, control);
      opening.complete();
      return control;
    }
  }

  private static void greet(EndpointName name, ControlSocket control) throws TransportException {
    try {
      control.greet();
    } catch (IOException endedAlready) {
      throw Failures.unreachable(
          name + " ended while it was being connected to: " + Failures.detail(endedAlready),
          "start the listening side again",
          endedAlready);
    }
  }

  private static TransportException stale(EndpointName name) {
    return Failures.unreachable(
        "nobody listens at " + name + " any more; its socket was left over and is removed",
        "start the listening side again",
        null);
  }

  private static TransportException absent(MeetingFolder folder, EndpointName name)
      throws IOException {
    Janitor.sweepNames(folder);
    List<String> known =
        folder.fileNames().stream()
            .filter(fileName -> fileName.endsWith(EndpointName.SUFFIX))
            .map(fileName -> fileName.substring(0, fileName.lastIndexOf(EndpointName.SUFFIX)))
            .limit(GREATEST_LISTED_COUNT)
            .toList();
    String others =
        known.isEmpty() ? "no other name is there" : "names there: " + String.join(", ", known);
    return Failures.unreachable(
        "nobody listens at " + name + " in " + folder,
        "start the listening side first, with the same user and dir= (" + others + ")",
        null);
  }
}
