package dev.sluice.transport.rdmasim.shm;

import java.lang.foreign.MemorySegment;

/**
 * Where the parts of a ring stand in shared memory. A ring carries records from one producer to one
 * consumer: four counters, then a power of two of bytes.
 *
 * <p>A record is one long (its byte count in the low half, with these 8 bytes; its type in the high
 * one), the payload, and what fills it up to 8 bytes. Positions only grow; where a position stands
 * in the ring are its low bits. Records are contiguous: what does not fit before the end begins at
 * the start, and a record of type {@link #PADDING} fills the rest. Because a record has at most
 * half of the ring, an empty ring has room for any, wherever its position is.
 *
 * @param memory a mapped segment
 * @param offset where the ring begins in it, a multiple of {@link SharedCounter#BYTE_COUNT}
 * @param capacity how many bytes of records it holds, a power of two
 */
record RingLayout(MemorySegment memory, long offset, int capacity) {
  static final int HEADER_BYTE_COUNT = 8;
  static final int ALIGNMENT = 8;

  /** The type of what nobody reads; all others are the users'. */
  static final int PADDING = 0;

  static final int LEAST_CAPACITY = 64;
  static final int GREATEST_CAPACITY = 1 << 30;

  private static final int COUNTERS_BYTE_COUNT = 4 * SharedCounter.BYTE_COUNT;

  RingLayout {
    if (Integer.bitCount(capacity) != 1
        || capacity < LEAST_CAPACITY
        || capacity > GREATEST_CAPACITY) {
      throw new IllegalArgumentException("the capacity of a ring is a power of two: " + capacity);
    }
    if (offset % SharedCounter.BYTE_COUNT != 0) {
      throw new IllegalArgumentException("a ring is aligned to its counters: " + offset);
    }
    if (offset < 0 || offset > memory.byteSize() - byteCount(capacity)) {
      throw new IllegalArgumentException(
          "a ring of " + byteCount(capacity) + " bytes at " + offset + " of " + memory);
    }
  }

  /** Returns how many bytes of a segment a ring needs. */
  static long byteCount(int capacity) {
    return COUNTERS_BYTE_COUNT + (long) capacity;
  }

  /** Returns how many bytes a record's payload may have. */
  int greatestByteCount() {
    return capacity / 2 - HEADER_BYTE_COUNT;
  }

  /** Returns where the producer has published up to; the producer's. */
  SharedCounter tail() {
    return counter(0);
  }

  /** Returns where the consumer has released up to; the consumer's. */
  SharedCounter head() {
    return counter(1);
  }

  /** Returns how many threads of the consumer wait for a record, as {@link Waiting} counts them. */
  SharedCounter consumerArmed() {
    return counter(2);
  }

  /** Returns how many threads of the producer wait for room. */
  SharedCounter producerArmed() {
    return counter(3);
  }

  private SharedCounter counter(int index) {
    return new SharedCounter(memory, offset + (long) index * SharedCounter.BYTE_COUNT);
  }

  /** Returns where a position stands in the ring, from its first byte. */
  int indexOf(long position) {
    return (int) (position & (capacity - 1));
  }

  /** Returns where a position stands in the segment. */
  long offsetOf(long position) {
    return offset + COUNTERS_BYTE_COUNT + indexOf(position);
  }

  static long aligned(long byteCount) {
    return (byteCount + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /**
   * Checks a position that was read from the peer.
   *
   * @return the same
   */
  static long checked(String what, long position, long least, long greatest)
      throws ProtocolViolation {
    if (position < least || position > greatest || position % ALIGNMENT != 0) {
      throw new ProtocolViolation(
          what, position, "a multiple of " + ALIGNMENT + " from " + least + " to " + greatest);
    }
    return position;
  }
}
