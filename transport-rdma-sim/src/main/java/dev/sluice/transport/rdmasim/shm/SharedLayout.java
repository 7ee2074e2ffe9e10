package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;

/**
 * Where things stand in the segment that each side makes: how it left, the tables of its device,
 * the rings into which the peer's queue pairs write, and memory for its first regions. All but the
 * size of the last is the same on both sides; {@link Hello#LAYOUT_VERSION} says which.
 *
 * @param arenaByteCount memory for regions
 */
record SharedLayout(long arenaByteCount) {
  /**
   * Queue pairs: one for each direction of a stream, and two to spare. Inline bytes go straight into
   * the peer's memory, so there is no limit to them.
   */
  static final DeviceLimits LIMITS =
      new DeviceLimits(
          4, 255, 8192, 16, Integer.MAX_VALUE, 32767, 16, DeviceLimits.GREATEST_MESSAGE_BYTES);

  /** Holds some thousand notices of writes, or what a message without registered memory needs. */
  private static final int RING_CAPACITY = 1 << 18;

  private static final long PAGE_BYTE_COUNT = 4096;
  private static final long GATE_BYTE_COUNT = SharedCounter.BYTE_COUNT;
  private static final long TABLES_OFFSET = SharedCounter.BYTE_COUNT;

  /** Checks the range. */
  SharedLayout {
    if (arenaByteCount < 0) {
      throw new IllegalArgumentException("an arena of " + arenaByteCount + " bytes");
    }
  }

  /** Returns the layout of a segment of some size, as its maker announced it. */
  static SharedLayout ofSegment(long byteCount) throws ProtocolViolation {
    long arena = byteCount - arenaOffset();
    if (arena < 0) {
      throw new ProtocolViolation(
          "the size of the peer's segment", byteCount, "at least " + arenaOffset());
    }
    return new SharedLayout(arena);
  }

  /** Returns where the word stands that tells how this side left. */
  static long departureOffset() {
    return 0;
  }

  /** Returns where the device's tables begin. */
  static long tablesOffset() {
    return TABLES_OFFSET;
  }

  private static long wiresOffset() {
    return aligned(TABLES_OFFSET + RdmaDevice.tableByteCount(LIMITS), SharedCounter.BYTE_COUNT);
  }

  private static long wireByteCount() {
    return GATE_BYTE_COUNT + RingLayout.byteCount(RING_CAPACITY);
  }

  /** Returns where the gate of a queue pair's ring stands. */
  static long gateOffset(int place) {
    return wiresOffset() + place * wireByteCount();
  }

  /** Returns the ring of a queue pair. */
  static RingLayout ring(Segment segment, int place) {
    return new RingLayout(segment.memory(), gateOffset(place) + GATE_BYTE_COUNT, RING_CAPACITY);
  }

  /** Returns where the memory for regions begins. */
  static long arenaOffset() {
    return aligned(wiresOffset() + LIMITS.maxQueuePairs() * wireByteCount(), PAGE_BYTE_COUNT);
  }

  /** Returns the size of the whole segment. */
  long byteCount() {
    return arenaOffset() + arenaByteCount;
  }

  static long aligned(long byteCount, long alignment) {
    return (byteCount + alignment - 1) / alignment * alignment;
  }
}
