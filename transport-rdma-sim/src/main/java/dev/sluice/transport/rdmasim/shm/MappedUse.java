package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a channel does with shared memory, and says in the channel's words why that went: the
 * channel was ended, which unmaps it, or somebody has cut the file off.
 *
 * <p>Memory whose file was cut off may come back, as zeros. So whoever has met that once meets it
 * for ever.
 *
 * <h2>Threading</h2>
 *
 * Any thread.
 */
final class MappedUse {
  /** What is done. */
  @FunctionalInterface
  interface Use<T> {
    /**
     * Does it.
     *
     * @throws IOException if that fails in another way
     */
    T run() throws IOException;
  }

  private final BooleanSupplier open;
  private volatile @Nullable InternalError lost;

  /**
   * Creates the uses of a channel.
   *
   * @param open whether the channel is; if not, its memory may be unmapped at any moment
   */
  MappedUse(BooleanSupplier open) {
    this.open = open;
  }

  boolean isOpen() {
    return open.getAsBoolean();
  }

  /**
   * Does something with the memory.
   *
   * @throws ClosedChannelException if it was unmapped, as the channel is not open any more
   * @throws TransportException of kind IO if it is gone, now or ever before
   */
  <T> T run(Use<T> use) throws IOException {
    InternalError before = lost;
    if (before != null) {
      throw cutOff(before);
    }
    try {
      return use.run();
    } catch (IllegalStateException unmapped) {
      if (isOpen()) {
        throw unmapped;
      }
      throw new ClosedChannelException();
    } catch (InternalError now) {
      lost = now;
      throw cutOff(now);
    }
  }

  /** Returns what it means that the machine does not find a page that was mapped. */
  static TransportException cutOff(InternalError lost) {
    return new TransportException(
        TransportException.Kind.IO,
        "the file of memory that both sides share was cut off",
        "the peer or another program of this user did it; both sides must run the same release",
        lost);
  }
}
