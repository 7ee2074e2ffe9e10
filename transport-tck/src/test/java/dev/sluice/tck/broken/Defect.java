package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
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

  /** Cleans up what the channels leave behind. */
  @Override
  default void close() throws IOException {}
}
