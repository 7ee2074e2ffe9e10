package dev.sluice.engine.transfer;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.engine.transfer.Reserves.Reserve;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Accepts connections for as long as they are wanted. What goes wrong with one peer is that
 * connection's failure; where the system has no room for one more, it waits and tries again; what
 * else goes wrong is the end.
 */
final class Acceptor {
  /** Short for whoever waits to be accepted, and no load while there is no room. */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

  private static final int PAUSE_MILLIS = 10;

  private final TransportListener server;
  private final Links links;
  private final RelayParts parts;

  /** How often in a row there was no room. */
  private int failureCount;

  Acceptor(TransportListener server, Links links, RelayParts parts) {
    this.server = server;
    this.links = links;
    this.parts = parts;
  }

  /**
   * Returns when no more are wanted, or the listener has no more.
   *
   * @param newLink makes a connection of an accepted channel
   * @throws IOException if the listener fails for good, or the thread is interrupted
   */
  void run(Function<TransportChannel, Link> newLink) throws IOException {
    boolean open = true;
    while (open && links.accepting()) {
      open = acceptOne(newLink);
    }
  }

  /** Returns whether the listener may have more. */
  private boolean acceptOne(Function<TransportChannel, Link> newLink) throws IOException {
    try {
      Optional<Reserve> room = parts.gate().enter(LONGEST_PAUSE);
      if (room.isEmpty()) {
        return true;
      }
      boolean open = acceptInto(room.get(), newLink);
      failureCount = 0;
      return open;
    } catch (TransportException failure) {
      react(failure);
      return true;
    } catch (OutOfMemoryError exhausted) {
      react(
          new TransportException(
              Kind.LIMIT,
              "no memory for a connection: " + exhausted.getMessage(),
              "let connections end, or give the JVM more (-Xmx)",
              exhausted));
      return true;
    }
  }

  /** Whatever it fails with, it keeps nothing: others may be waiting for just that. */
  private boolean acceptInto(Reserve reserve, Function<TransportChannel, Link> newLink)
      throws IOException {
    boolean begun = false;
    try {
      Optional<TransportChannel> accepted = server.accept();
      if (accepted.isPresent()) {
        begun = begin(accepted.get(), newLink, reserve);
      }
      return accepted.isPresent();
    } finally {
      if (!begun) {
        parts.gate().leave();
        reserve.close();
      }
    }
  }

  /** Where there is no memory for a connection, nobody owns what was accepted. */
  private boolean begin(
      TransportChannel accepted, Function<TransportChannel, Link> newLink, Reserve reserve) {
    try {
      Link link = newLink.apply(accepted);
      if (links.admit(link)) {
        parts.totals().accepted();
        link.start(reserve);
        return true;
      }
      link.fail(Leg.INCOMING, new TransportException(Kind.CANCELLED, "no more are accepted"));
      return false;
    } catch (RuntimeException | Error failed) {
      accepted.abort();
      throw failed;
    }
  }

  private void react(TransportException failure) throws IOException {
    switch (failure.kind()) {
      case LIMIT -> noRoom(failure);
      case RESET, TRUNCATED, IDENTITY, POLICY, TIMED_OUT -> refused(failure);
      case ADDRESS, UNREACHABLE, IO, CANCELLED -> throw failure;
    }
  }

  private void noRoom(TransportException failure) throws ClosedByInterruptException {
    if (parts.gate().tellsShortage()) {
      parts.listener().acceptFailed(transferException(failure));
    }
    failureCount++;
    Duration pause = Duration.ofMillis((long) failureCount * PAUSE_MILLIS);
    links.pause(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }

  private void refused(TransportException failure) {
    RelayedConnection refused =
        new RelayedConnection(
            0, 0, 0, Duration.ZERO, Duration.ZERO, false, Optional.of(transferException(failure)));
    parts.totals().accepted();
    parts.totals().ended(refused);
    parts.listener().closed(refused);
  }

  private static TransferException transferException(TransportException failure) {
    return new TransferException(Leg.INCOMING, 0, Optional.empty(), failure);
  }
}
