package dev.sluice.api;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Memory of the peer that this side may write in place, for as long as the channel is open. */
public interface RemoteMemory {
  /** Returns the size of the memory in bytes. */
  long byteCount();

  /**
   * Writes into the peer's memory. Bytes that are written to the channel afterwards are seen by the
   * peer after these.
   *
   * @param offset where to write, in bytes from the start of the peer's memory
   * @param source where the bytes are
   * @param from where they start in {@code source}, in bytes
   * @param byteCount how many there are
   * @throws IndexOutOfBoundsException if either range is outside its memory
   * @throws IOException if the peer is gone or has withdrawn the key; on return without one the
   *     source may be reused
   */
  void write(long offset, MemorySegment source, long from, long byteCount) throws IOException;
}
