package dev.sluice.engine.transfer;

import dev.sluice.api.TransportAddress;
import dev.sluice.engine.registry.TransportRegistry;
import java.util.OptionalLong;

/**
 * Relays connections, both ways: for each one that comes to the incoming address it opens one to
 * the outgoing address.
 *
 * <p>The outgoing ones are opened one after the other, in the order in which the incoming ones
 * became ready, because a QEMU may tell its channels apart by their arrival. Each direction ends on
 * its own: the end of one is passed on as a half-close, and the other goes on for as long as it
 * likes. Where a direction fails, both sides of the connection are aborted, so that a reset goes on
 * as a reset, and nothing incomplete looks complete. A connection that fails never ends the relay.
 *
 * <h2>Ownership</h2>
 *
 * The relay opens and ends all channels. The registry stays the caller's.
 *
 * <h2>Threading</h2>
 *
 * {@link #run} is called once; it accepts in its thread (in a platform thread of its own if that
 * one is virtual), and each connection has two platform threads of its own. All other methods may
 * be called by any thread at any time. An interrupt of the running thread cancels.
 *
 * <h2>Errors</h2>
 *
 * How each connection ended is told to the {@link RelayListener}; {@link #run} throws only where
 * the relay itself cannot go on.
 */
public final class Relay {
  /**
   * Creates a relay that has not begun.
   *
   * @param registry where the transports are
   * @param incoming listened on
   * @param outgoing connected to, once for each connection
   * @param options when to end, rate, time-outs
   * @param listener told what happens
   */
  public Relay(
      TransportRegistry registry,
      TransportAddress incoming,
      TransportAddress outgoing,
      RelayOptions options,
      RelayListener listener) {}

  /**
   * Listens, relays, and returns when no more connections are accepted and the last one has ended.
   *
   * @return what was relayed, and the first failure of a connection
   * @throws TransferException if the relay itself cannot work or go on: it cannot listen, nobody
   *     came in time, a side cannot carry both directions (kind {@code ADDRESS}), the deadline has
   *     passed, it was cancelled. Every connection was aborted then.
   */
  public RelayResult run() throws TransferException {
    throw new IllegalStateException("not yet");
  }

  /**
   * Accepts no more; the connections that are running go on, and {@link #run} returns when they
   * have ended. Does nothing where that is so already.
   */
  public void stopAccepting() {}

  /**
   * Aborts all within 1 s; {@link #run} throws of kind {@link
   * dev.sluice.api.TransportException.Kind#CANCELLED}. Does nothing once it has ended.
   *
   * @param reason what to say
   */
  public void cancel(String reason) {}

  /**
   * Changes the rate, at once, also for those who wait just now.
   *
   * @param bytesPerSecond at least 1, over all connections and both directions together; empty: as
   *     fast as it goes
   * @throws IllegalArgumentException if it is less than 1
   */
  public void rate(OptionalLong bytesPerSecond) {}

  /** Returns what the relay has done so far. */
  public RelayProgress progress() {
    throw new IllegalStateException("not yet");
  }
}
