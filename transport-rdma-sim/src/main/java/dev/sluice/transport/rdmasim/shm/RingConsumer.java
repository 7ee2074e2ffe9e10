package dev.sluice.transport.rdmasim.shm;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The side of a ring that reads: peeks at a record, uses it in place, advances, and releases any
 * number of records at once. Nothing the producer writes, at whatever moment, makes it leave the
 * ring; the bytes of a payload may change until it is released.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time, and a producer in another thread or process.
 */
final class RingConsumer {
  /** What {@link #peek} returns when there is no record. */
  static final long EMPTY = -1;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final RingLayout layout;
  private final SharedCounter tail;
  private final SharedCounter head;

  /** Where the next record begins. */
  private long position;

  private long releasedPosition;

  /** How far the producer was when last looked at: reading it costs a cache miss. */
  private long knownTail;

  /** Of the record at {@link #position}; 0: it has not been looked at. */
  private int length;

  private int type;

  /** Takes the reading side of a ring that has not been used yet. */
  RingConsumer(RingLayout layout) {
    this.layout = layout;
    this.tail = layout.tail();
    this.head = layout.head();
  }

  RingLayout layout() {
    return layout;
  }

  /**
   * Looks at the next record. Looking again gives the same.
   *
   * @return where in the segment its payload begins, or {@link #EMPTY}
   * @throws ProtocolViolation if what stands there cannot be
   */
  long peek() throws ProtocolViolation {
    while (length == 0) {
      if (position == knownTail && !looksFurther()) {
        return EMPTY;
      }
      readHeader();
      if (type == RingLayout.PADDING) {
        // At most once: padding is less than half of the ring, and ends with it.
        position += length;
        length = 0;
      }
    }
    return layout.offsetOf(position) + RingLayout.HEADER_BYTE_COUNT;
  }

  private boolean looksFurther() throws ProtocolViolation {
    long greatest = releasedPosition + layout.capacity();
    knownTail = RingLayout.checked("the tail of a ring", tail.acquire(), knownTail, greatest);
    return position != knownTail;
  }

  private void readHeader() throws ProtocolViolation {
    long header = (long) LONG.getOpaque(layout.memory(), layout.offsetOf(position));
    int readLength = (int) header;
    int readType = (int) (header >> Integer.SIZE);
    int untilEnd = layout.capacity() - layout.indexOf(position);
    long greatest = Math.min(Math.min(untilEnd, layout.capacity() / 2), knownTail - position);
    if (readLength < RingLayout.HEADER_BYTE_COUNT || RingLayout.aligned(readLength) > greatest) {
      throw new ProtocolViolation(
          "the length of a record at " + position + " of a ring",
          readLength,
          RingLayout.HEADER_BYTE_COUNT + " to " + greatest);
    }
    if (readType == RingLayout.PADDING && readLength != untilEnd) {
      throw new ProtocolViolation(
          "the length of the padding at " + position + " of a ring",
          readLength,
          untilEnd + ", up to its end");
    }
    length = readLength;
    type = readType;
  }

  /** Returns whether a record is there that was not advanced over. */
  boolean hasRecord() {
    return tail.acquire() != position;
  }

  /** Returns how many bytes were released so far. */
  long releasedCount() {
    return releasedPosition;
  }

  /** Returns the type of the record that was peeked at. */
  int type() {
    requirePeeked();
    return type;
  }

  /** Returns the byte count of its payload. */
  int byteCount() {
    requirePeeked();
    return length - RingLayout.HEADER_BYTE_COUNT;
  }

  /** Goes on to the next record; the producer gets the room when it is released. */
  void advance() {
    requirePeeked();
    position += RingLayout.aligned(length);
    length = 0;
  }

  private void requirePeeked() {
    if (length == 0) {
      throw new IllegalStateException("no record has been peeked at");
    }
  }

  /** Gives the room of all that was advanced over back to the producer. */
  void release() {
    if (releasedPosition != position) {
      releasedPosition = position;
      head.release(position);
    }
  }
}
