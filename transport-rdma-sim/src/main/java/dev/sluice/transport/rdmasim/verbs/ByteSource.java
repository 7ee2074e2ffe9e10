package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;

/** Where the bytes of a message are until they are placed. */
@FunctionalInterface
public interface ByteSource {
  /**
   * Copies bytes of the message.
   *
   * @param from position in the message
   * @param target where to
   * @param to offset there
   * @param byteCount how many
   */
  void copyTo(long from, MemorySegment target, long to, long byteCount);
}
