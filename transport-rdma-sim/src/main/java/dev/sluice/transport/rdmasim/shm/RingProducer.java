package dev.sluice.transport.rdmasim.shm;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The side of a ring that writes: claims room, fills it, commits it, and publishes any number of
 * committed records at once.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time, and a consumer in another thread or process.
 */
final class RingProducer {
  /** What {@link #claim} returns when there is no room. */
  static final long FULL = -1;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final RingLayout layout;
  private final SharedCounter tail;
  private final SharedCounter head;

  /** Where the next record begins. */
  private long position;

  private long publishedPosition;

  /** How far the consumer was when last looked at: reading it costs a cache miss. */
  private long knownHead;

  private long claimedPosition;

  /** 0: nothing is claimed. */
  private int claimedLength;

  /** Takes the writing side of a ring that has not been used yet. */
  RingProducer(RingLayout layout) {
    this.layout = layout;
    this.tail = layout.tail();
    this.head = layout.head();
  }

  RingLayout layout() {
    return layout;
  }

  /**
   * Claims room for a payload; a later call replaces an uncommitted claim.
   *
   * @return where in the segment the payload goes, or {@link #FULL}
   * @throws ProtocolViolation if the consumer's position cannot be
   */
  long claim(int byteCount) throws ProtocolViolation {
    if (byteCount < 0 || byteCount > layout.greatestByteCount()) {
      throw new IllegalArgumentException(
          byteCount + " bytes for a record; at most " + layout.greatestByteCount());
    }
    claimedLength = 0;
    int length = RingLayout.HEADER_BYTE_COUNT + byteCount;
    int untilEnd = layout.capacity() - layout.indexOf(position);
    long start = RingLayout.aligned(length) <= untilEnd ? position : position + untilEnd;
    if (!hasRoomUpTo(start + RingLayout.aligned(length))) {
      return FULL;
    }
    claimedPosition = start;
    claimedLength = length;
    return layout.offsetOf(start) + RingLayout.HEADER_BYTE_COUNT;
  }

  /** Returns where the next record will begin: behind all that is committed. */
  long position() {
    return position;
  }

  /**
   * Returns up to where the consumer has released, as of now.
   *
   * @throws ProtocolViolation if its position cannot be
   */
  long releasedPosition() throws ProtocolViolation {
    knownHead =
        RingLayout.checked("the head of a ring", head.acquire(), knownHead, publishedPosition);
    return knownHead;
  }

  /** Returns whether a payload of so many bytes has room. */
  boolean hasRoom(int byteCount) throws ProtocolViolation {
    return claim(byteCount) != FULL;
  }

  private boolean hasRoomUpTo(long end) throws ProtocolViolation {
    if (end - knownHead <= layout.capacity()) {
      return true;
    }
    return end - releasedPosition() <= layout.capacity();
  }

  /**
   * Completes what was claimed; the consumer sees it when it is published.
   *
   * @param type anything but {@link RingLayout#PADDING}
   */
  void commit(int type) {
    if (claimedLength == 0) {
      throw new IllegalStateException("nothing is claimed");
    }
    if (type == RingLayout.PADDING) {
      throw new IllegalArgumentException("type " + type + " is the padding's");
    }
    if (claimedPosition != position) {
      writeHeader(position, (int) (claimedPosition - position), RingLayout.PADDING);
    }
    writeHeader(claimedPosition, claimedLength, type);
    position = claimedPosition + RingLayout.aligned(claimedLength);
    claimedLength = 0;
  }

  private void writeHeader(long at, int length, int type) {
    LONG.set(layout.memory(), layout.offsetOf(at), (long) type << Integer.SIZE | length);
  }

  /**
   * Shows the consumer all that is committed. Whether it waits, {@link Waiting#ringIfArmed} asks.
   */
  void publish() {
    publishedPosition = position;
    tail.release(position);
  }
}
