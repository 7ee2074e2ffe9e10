package dev.sluice.api;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Memory of this side that the peer of one channel may write in place.
 *
 * <h2>Ownership</h2>
 *
 * Owned by whoever allocated it; freed by {@link #close} or with its channel, whichever comes
 * first. The segment is not accessible afterwards.
 */
public interface RegisteredMemory extends AutoCloseable {
  /** Returns the memory, accessible from every thread. */
  MemorySegment segment();

  /**
   * Returns a fresh read-only view of the key to send to the peer over the stream: 1 to 255 bytes.
   */
  ByteBuffer key();

  /** Withdraws the key and frees the memory. Calling it again does nothing. */
  @Override
  void close();
}
