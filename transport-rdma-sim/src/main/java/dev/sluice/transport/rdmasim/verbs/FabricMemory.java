package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;

/**
 * Memory that a fabric allocated.
 *
 * @param segment the memory
 * @param segmentId which of the segments that the peer can map it lies in; negative: none, so that
 *     its bytes have to be carried
 * @param segmentOffset where in that segment, in bytes
 * @param free gives it back; runs once
 */
public record FabricMemory(
    MemorySegment segment, int segmentId, long segmentOffset, Runnable free) {
  /**
   * Returns memory that the peer cannot map.
   *
   * @param segment the memory
   */
  public static FabricMemory unmapped(MemorySegment segment) {
    return new FabricMemory(segment, -1, 0, () -> {});
  }
}
