package dev.sluice.transport.rdmasim.shm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A 64-bit number in shared memory, alone on {@link #BYTE_COUNT} bytes.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread of any process that has the memory mapped. Each call reads or writes exactly
 * once: what the peer may rewrite is read into a local, checked there, and used from there.
 *
 * @param memory a mapped segment
 * @param offset where the number stands in it
 */
record SharedCounter(MemorySegment memory, long offset) implements Armable {
  /** Two cache lines: processors fetch the neighbour of a line as well. */
  static final int BYTE_COUNT = 128;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  /** Reads; what its writer wrote before it released this value is seen afterwards. */
  long acquire() {
    return (long) LONG.getAcquire(memory, offset);
  }

  /** Writes; what was written before is seen by whoever acquires this value. */
  void release(long value) {
    LONG.setRelease(memory, offset, value);
  }

  /** Reads, without any order to other accesses. */
  long opaque() {
    return (long) LONG.getOpaque(memory, offset);
  }

  /** Writes if the value is what is expected, atomically; returns whether it was. */
  boolean replace(long expected, long value) {
    // Where the file was cut off a plain read fails; the other, not compiled yet, ends the process.
    long _ = acquire();
    return LONG.compareAndSet(memory, offset, expected, value);
  }

  /** Adds, atomically. */
  void add(long difference) {
    LONG.getAndAdd(memory, offset, difference);
  }

  @Override
  public void arm() {
    add(1);
  }

  @Override
  public void disarm() {
    add(-1);
  }
}
