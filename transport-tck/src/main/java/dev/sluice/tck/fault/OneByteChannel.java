package dev.sluice.tck.fault;

import dev.sluice.api.TransportChannel;

/**
 * A channel that moves one byte per transfer: legal, and the quickest way to find a caller that
 * takes a short transfer for a complete one.
 *
 * <h2>Ownership and threading</h2>
 *
 * Those of the channel behind, which is ended through this one.
 */
public final class OneByteChannel extends FaultyChannel {
  /**
   * Creates a channel.
   *
   * @param delegate the channel that the bytes go through
   */
  public OneByteChannel(TransportChannel delegate) {
    super(delegate, FaultPolicy.oneByteAtATime());
  }
}
