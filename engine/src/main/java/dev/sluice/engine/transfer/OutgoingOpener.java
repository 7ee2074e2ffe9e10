package dev.sluice.engine.transfer;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.transfer.OpenEnds.Opener;
import dev.sluice.engine.transfer.Reserves.Reserve;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Opens the outgoing sides of a relay, one at a time, each with the descriptors that were kept for
 * it; for any thread.
 */
final class OutgoingOpener {
  private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

  private final Opener<TransportChannel> connect;
  private final Gate gate;
  private final Duration atMost;
  private final RelayListener listener;

  /**
   * Creates the one of a relay.
   *
   * @param atMost how long to try again where there are no descriptors; how long one attempt takes
   *     is the transport's to know, since its address may say it
   */
  OutgoingOpener(
      Opener<TransportChannel> connect, Gate gate, Duration atMost, RelayListener listener) {
    this.connect = connect;
    this.gate = gate;
    this.atMost = atMost;
    this.listener = listener;
  }

  /**
   * Opens one. Nobody is let in meanwhile, who would take what is given back for it.
   *
   * @param reserve given back, whatever happens
   * @param pointless whether not to try again: a plugin may swallow the interrupt that says so
   */
  TransportChannel open(Reserve reserve, BooleanSupplier pointless)
      throws IOException, InterruptedException {
    gate.shut();
    try {
      reserve.close();
      return openWhereThereIsRoom(pointless);
    } finally {
      gate.open();
    }
  }

  /**
   * Where the system has no room, those behind give way; then it waits for a while: others end, and
   * leave some.
   */
  private TransportChannel openWhereThereIsRoom(BooleanSupplier pointless)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Watchdog.nanos(atMost);
    while (true) {
      try {
        return connect.open();
      } catch (TransportException failure) {
        if (failure.kind() != Kind.LIMIT
            || System.nanoTime() - end >= 0
            || pointless.getAsBoolean()) {
          throw failure;
        }
        if (gate.lastGivesWay()) {
          continue;
        }
        tell(failure);
      }
      gate.pause(RETRY_PAUSE);
    }
  }

  private void tell(TransportException shortage) {
    if (gate.tellsShortage()) {
      listener.acceptFailed(new TransferException(Leg.OUTGOING, 0, Optional.empty(), shortage));
    }
  }
}
