package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;

/**
 * Where things stand in the segment that each side makes: how it left, the tables of its device,
 * the rings into which the peer's queue pairs write, and memory for its first regions. All but the
 * size of the last is the same on both sides; {@link Hello#LAYOUT_VERSION} says which.
 *
 * @param limits of the device on either side
 * @param ringCapacity of the ring of each queue pair, in bytes
 * @param arenaByteCount memory for regions
 */
record SharedLayout(DeviceLimits limits, int ringCapacity, long arenaByteCount) {
  /**
   * Queue pairs: one for each direction of a stream, and two to spare. Inline bytes go straight
   * into the peer's memory, so there is no limit to them.
   */
  private static final DeviceLimits CHANNEL_LIMITS =
      new DeviceLimits(
          4, 255, 8192, 16, Integer.MAX_VALUE, 32767, 16, DeviceLimits.GREATEST_MESSAGE_BYTES);

  /** Holds some thousand notices of writes, or what a message without registered memory needs. */
  private static final int CHANNEL_RING_CAPACITY = 1 << 18;

  private static final long PAGE_BYTE_COUNT = 4096;
  private static final long GATE_BYTE_COUNT = SharedCounter.BYTE_COUNT;
  private static final long TABLES_OFFSET = SharedCounter.BYTE_COUNT;

  /** Checks the range. */
  SharedLayout {
    if (arenaByteCount < 0) {
      throw new IllegalArgumentException("an arena of " + arenaByteCount + " bytes");
    }
  }

  /** Returns the layout of a channel. */
  static SharedLayout ofChannel(long arenaByteCount) {
    return new SharedLayout(CHANNEL_LIMITS, CHANNEL_RING_CAPACITY, arenaByteCount);
  }

  /** Checks that the segment of a peer has room for all but the arena. */
  void check(long peersByteCount) throws ProtocolViolation {
    if (peersByteCount < arenaOffset()) {
      throw new ProtocolViolation(
          "the size of the peer's segment", peersByteCount, "at least " + arenaOffset());
    }
  }

  /** Returns where the word stands that tells how this side left. */
  static long departureOffset() {
    return 0;
  }

  /** Returns where the device's tables begin. */
  static long tablesOffset() {
    return TABLES_OFFSET;
  }

  private long wiresOffset() {
    return aligned(TABLES_OFFSET + RdmaDevice.tableByteCount(limits), SharedCounter.BYTE_COUNT);
  }

  private long wireByteCount() {
    return GATE_BYTE_COUNT + RingLayout.byteCount(ringCapacity);
  }

  /** Returns where the gate of a queue pair's ring stands. */
  long gateOffset(int place) {
    return wiresOffset() + place * wireByteCount();
  }

  /** Returns the ring of a queue pair. */
  RingLayout ring(Segment segment, int place) {
    return new RingLayout(segment.memory(), gateOffset(place) + GATE_BYTE_COUNT, ringCapacity);
  }

  /** Returns how many bytes of a message go into one record. */
  int mostFragmentBytes() {
    return ringCapacity / 8;
  }

  /**
   * Returns the room that requests leave to answers, which are few and short: so two sides whose
   * rings are full of requests can still answer each other.
   */
  int reservedBytes() {
    return ringCapacity / 16;
  }

  /** Returns how many bytes one answer has; a few of them fit into the room that requests leave. */
  int mostAnswerBytes() {
    return ringCapacity / 64;
  }

  /** Returns where the memory for regions begins. */
  long arenaOffset() {
    return aligned(wiresOffset() + limits.maxQueuePairs() * wireByteCount(), PAGE_BYTE_COUNT);
  }

  /** Returns the size of the whole segment. */
  long byteCount() {
    return arenaOffset() + arenaByteCount;
  }

  static long aligned(long byteCount, long alignment) {
    return (byteCount + alignment - 1) / alignment * alignment;
  }
}
