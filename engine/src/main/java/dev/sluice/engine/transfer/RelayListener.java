package dev.sluice.engine.transfer;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;

/**
 * Told what happens in a relay, in the relay's own threads: several at once for different
 * connections, and for the two directions of one. A connection waits for the method, so be quick.
 * What a method throws is logged and changes nothing.
 */
public interface RelayListener {
  /** Hears nothing. */
  RelayListener NONE = new RelayListener() {};

  /**
   * Called once, before the first connection is waited for.
   *
   * @param address the bound address, with the real port
   */
  default void listening(TransportAddress address) {}

  /**
   * Called when there is no room for one more connection, such as at the limit of descriptors: the
   * next one cannot be accepted, or the outgoing side of one that was cannot be opened. Those who
   * come wait, and the relay tries again. Called every 10 s at most.
   *
   * @param failure what is wrong, on which side, and what to do
   */
  default void acceptFailed(TransferException failure) {}

  /**
   * Called when a side of a connection is open, hand-shake included: first the incoming one.
   *
   * @param connection 1, 2, 3 ... in the order in which the incoming sides became ready
   * @param leg which side
   * @param info who is at its ends
   */
  default void connected(long connection, Leg leg, ChannelInfo info) {}

  /**
   * Called when a side has ended its sending and all of it was moved, before the end is passed on:
   * whatever the other side does about it is told later.
   *
   * @param connection the number that {@link #connected} told
   * @param from the side that has ended its sending
   * @param byteCount how many bytes came from there in all
   */
  default void halfClosed(long connection, Leg from, long byteCount) {}

  /**
   * Called exactly once for each connection that was accepted, after both its sides have ended.
   *
   * @param connection how it went
   */
  default void closed(RelayedConnection connection) {}

  /**
   * Called once, when no more connections are accepted because as many came as were wanted, or
   * because of {@link Relay#stopAccepting}. Some may still be running.
   */
  default void stopped() {}
}
