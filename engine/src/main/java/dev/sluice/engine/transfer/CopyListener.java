package dev.sluice.engine.transfer;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;

/**
 * Told what happens in a copy, in the copying thread; each method at most once per leg. What a
 * method throws ends the copy.
 */
public interface CopyListener {
  /** Hears nothing. */
  CopyListener NONE = new CopyListener() {};

  /**
   * Called before the incoming side is waited for, if it is one that others have to connect to.
   *
   * @param address the bound address, with the real port
   */
  default void listening(TransportAddress address) {}

  /**
   * Called when a side is open.
   *
   * @param leg which side
   * @param info who is at its ends
   */
  default void connected(Leg leg, ChannelInfo info) {}
}
