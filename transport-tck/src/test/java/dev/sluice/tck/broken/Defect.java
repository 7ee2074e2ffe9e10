package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;

/** One way to be wrong. */
@FunctionalInterface
interface Defect extends AutoCloseable {
  /** What is right. */
  Defect NONE = (sound, _) -> sound;

  /**
   * Makes a channel worse.
   *
   * @param sound a channel that keeps the contract; the result ends it
   * @param end what this side and its peer know of one another
   */
  TransportChannel in(TransportChannel sound, End end);

  /**
   * Makes connecting worse.
   *
   * @throws IOException if it does not even begin
   */
  default void beforeConnecting() throws IOException {}

  /**
   * Makes a listener worse.
   *
   * @param sound a listener that keeps the contract; the result ends it
   */
  default TransportListener at(TransportListener sound) throws IOException {
    return sound;
  }

  /** Cleans up what the channels leave behind. */
  @Override
  default void close() throws IOException {}
}
