package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The regions of one device as the responder's checks see them: keys, rights, sizes. It may lie in
 * shared memory, so that the peer carries out the same checks and writes in place.
 *
 * <p>Whoever touches a region through this table {@link #enter}s it first. Withdrawing first makes
 * the key invalid and then waits until nobody is inside: the two full fences make one see the
 * other.
 *
 * <h2>Threading</h2>
 *
 * One process adds and withdraws, under its device's lock; any thread of either looks.
 *
 * <h2>Trust</h2>
 *
 * A peer that shares the memory can write anything here. So what is read is used only as an input
 * of checks, and the reader checks places against the size of its own mapping. Keys keep out
 * errors, not enemies.
 */
public final class RegionTable {
  /** An index has 24 bits in a key; this is plenty. */
  static final int GREATEST_CAPACITY = 65535;

  /** What {@link #find} gives where there is none. */
  public static final int NONE = -1;

  /** Two cache lines, because neighbours are fetched in pairs and {@code users} is written. */
  private static final long ENTRY_BYTES = 128;

  private static final long STATE = 0;
  private static final long DOMAIN = 8;
  private static final long RIGHTS = 12;
  private static final long BYTE_COUNT = 16;
  private static final long SEGMENT_ID = 24;
  private static final long SEGMENT_OFFSET = 32;
  private static final long USERS = 64;

  private static final long VALID = 1L << 32;
  private static final int INDEX_SHIFT = 8;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final MemorySegment memory;
  private final int capacity;

  /**
   * Creates the view of a table.
   *
   * @param memory of {@link #byteCount} bytes, zeroed by its owner
   * @param capacity how many regions fit
   */
  public RegionTable(MemorySegment memory, int capacity) {
    this.memory = memory;
    this.capacity = capacity;
  }

  /**
   * Returns the size of a table.
   *
   * @param capacity how many regions fit
   */
  public static long byteCount(int capacity) {
    // No key is 0, so the first entry stays empty.
    return (capacity + 1L) * ENTRY_BYTES;
  }

  /**
   * Returns the index that a key names, whether there is such a region or not.
   *
   * @param key a local or remote key
   */
  public static int index(int key) {
    return key >>> INDEX_SHIFT;
  }

  static int key(int index, int tag) {
    return (index << INDEX_SHIFT) | (tag & 0xff);
  }

  private static long at(int index, long field) {
    return index * ENTRY_BYTES + field;
  }

  /** Publishes a region. */
  void put(int key, int domain, int rights, long byteCount, int segmentId, long segmentOffset) {
    int index = index(key);
    memory.set(ValueLayout.JAVA_INT, at(index, DOMAIN), domain);
    memory.set(ValueLayout.JAVA_INT, at(index, RIGHTS), rights);
    memory.set(ValueLayout.JAVA_LONG, at(index, BYTE_COUNT), byteCount);
    memory.set(ValueLayout.JAVA_INT, at(index, SEGMENT_ID), segmentId);
    memory.set(ValueLayout.JAVA_LONG, at(index, SEGMENT_OFFSET), segmentOffset);
    LONG.setVolatile(memory, at(index, STATE), VALID | Integer.toUnsignedLong(key));
  }

  /** Makes a key invalid. Those who are inside may still be there: see {@link #isUsed}. */
  void withdraw(int index) {
    LONG.setVolatile(memory, at(index, STATE), 0L);
  }

  /** Returns whether somebody is inside a region. */
  boolean isUsed(int index) {
    return (int) INT.getVolatile(memory, at(index, USERS)) != 0;
  }

  /**
   * Says that this thread is about to touch a region, so that it is not freed meanwhile. To be
   * followed by {@link #find} and {@link #leave}.
   *
   * @param key the region's key
   * @return whether the key names a place in the table at all; if not, there is nothing to leave
   */
  public boolean enter(int key) {
    int index = index(key);
    if (index < 1 || index > capacity) {
      return false;
    }
    INT.getAndAdd(memory, at(index, USERS), 1);
    return true;
  }

  /**
   * Says that this thread is done.
   *
   * @param key as for {@link #enter}
   */
  public void leave(int key) {
    INT.getAndAdd(memory, at(index(key), USERS), -1);
  }

  /**
   * Looks for a region that allows an access: the key is known and whole, the domain is the queue
   * pair's, the right is there, and the range is inside.
   *
   * @param key a remote key
   * @param domain {@link ProtectionDomain#number} of the queue pair
   * @param right what is wanted
   * @param offset where, in bytes from the start of the region
   * @param byteCount how many bytes
   * @return the index of the region; {@link #NONE}
   */
  public int find(int key, int domain, Access right, long offset, long byteCount) {
    int index = index(key);
    if (index < 1
        || index > capacity
        || (long) LONG.getVolatile(memory, at(index, STATE))
            != (VALID | Integer.toUnsignedLong(key))) {
      return NONE;
    }
    int rights = memory.get(ValueLayout.JAVA_INT, at(index, RIGHTS));
    long size = memory.get(ValueLayout.JAVA_LONG, at(index, BYTE_COUNT));
    boolean allowed =
        memory.get(ValueLayout.JAVA_INT, at(index, DOMAIN)) == domain
            && (rights & right.bit()) != 0
            && offset >= 0
            && byteCount >= 0
            && offset <= size
            && byteCount <= size - offset;
    return allowed ? index : NONE;
  }

  /**
   * Returns whether there is a region whose key works.
   *
   * @param index from 1 to the capacity
   */
  public boolean isPresent(int index) {
    return (long) LONG.getAcquire(memory, at(index, STATE)) != 0;
  }

  /**
   * Returns which of its owner's segments a region lies in; negative: none that can be mapped.
   *
   * @param index what {@link #find} gave
   */
  public int segmentId(int index) {
    return memory.get(ValueLayout.JAVA_INT, at(index, SEGMENT_ID));
  }

  /**
   * Returns where in that segment a region starts, in bytes; whatever the peer wrote there.
   *
   * @param index what {@link #find} gave
   */
  public long segmentOffset(int index) {
    return memory.get(ValueLayout.JAVA_LONG, at(index, SEGMENT_OFFSET));
  }

  /**
   * Returns the size of a region in bytes; whatever the peer wrote there.
   *
   * @param index what {@link #find} gave
   */
  public long byteCountOf(int index) {
    return memory.get(ValueLayout.JAVA_LONG, at(index, BYTE_COUNT));
  }
}
