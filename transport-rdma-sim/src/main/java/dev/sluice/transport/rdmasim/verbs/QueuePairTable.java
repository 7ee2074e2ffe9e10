package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * What the peer may know of a device's queue pairs: state, rights, domain, number. Each is one
 * word, so that it is read and written as a whole. It may lie in shared memory; see {@link
 * RegionTable} for what that means for trust.
 */
public final class QueuePairTable {
  static final int GREATEST_CAPACITY = 1024;

  /** The low bits of a number are the place; the others tell apart those who had it in turn. */
  private static final int PLACE_BITS = 10;

  private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
  private static final int LIVES = (1 << (24 - PLACE_BITS)) - 1;

  private static final long ENTRY_BYTES = 128;
  private static final int NUMBER_SHIFT = 32;
  private static final int DOMAIN_SHIFT = 8;
  private static final int RIGHTS_SHIFT = 4;
  private static final int NIBBLE = 0xf;
  private static final int DOMAIN_MASK = 0xffffff;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment memory;
  private final int capacity;

  /**
   * Creates the view of a table.
   *
   * @param memory of {@link #byteCount} bytes, zeroed by its owner
   * @param capacity how many queue pairs fit
   */
  public QueuePairTable(MemorySegment memory, int capacity) {
    this.memory = memory;
    this.capacity = capacity;
  }

  /**
   * Returns the size of a table.
   *
   * @param capacity how many queue pairs fit
   */
  public static long byteCount(int capacity) {
    return capacity * ENTRY_BYTES;
  }

  /**
   * Returns a queue pair's place in the table, from 0 on.
   *
   * @param number {@link QueuePair#number}
   */
  public static int place(int number) {
    return number & PLACE_MASK;
  }

  /**
   * Numbers have 24 bits and are never 0.
   *
   * @param life from 1 on; so many that one comes back are seldom
   */
  static int number(int place, int life) {
    return ((Math.floorMod(life - 1, LIVES) + 1) << PLACE_BITS) | place;
  }

  void put(int number, QueuePairState state, int rights, int domain) {
    long word =
        ((long) number << NUMBER_SHIFT)
            | ((long) (domain & DOMAIN_MASK) << DOMAIN_SHIFT)
            | ((long) rights << RIGHTS_SHIFT)
            | state.code();
    LONG.setVolatile(memory, place(number) * ENTRY_BYTES, word);
  }

  void remove(int number) {
    LONG.setVolatile(memory, place(number) * ENTRY_BYTES, 0L);
  }

  /**
   * Returns what is known of a queue pair, for the methods below; 0: there is none of that number.
   *
   * @param number {@link QueuePair#number}
   */
  public long word(int number) {
    int place = place(number);
    if (place >= capacity) {
      return 0;
    }
    long word = (long) LONG.getAcquire(memory, place * ENTRY_BYTES);
    return (int) (word >>> NUMBER_SHIFT) == number ? word : 0;
  }

  /**
   * Returns whether a queue pair carries out requests.
   *
   * @param word what {@link #word} gave
   */
  public static boolean answers(long word) {
    int state = (int) word & NIBBLE;
    return state >= QueuePairState.RTR.code() && state <= QueuePairState.SQD.code();
  }

  static boolean allows(long word, Access right) {
    return (((int) word >>> RIGHTS_SHIFT) & right.bit()) != 0;
  }

  /**
   * Returns the number of a queue pair's protection domain.
   *
   * @param word what {@link #word} gave
   */
  public static int domain(long word) {
    return ((int) word >>> DOMAIN_SHIFT) & DOMAIN_MASK;
  }
}
