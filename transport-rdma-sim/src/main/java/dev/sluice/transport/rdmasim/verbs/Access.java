package dev.sluice.transport.rdmasim.verbs;

import java.util.Set;

/** What may be done with a memory region, or through a queue pair. Reading locally always may. */
public enum Access {
  /** Receives and answers to reads may be put into the memory. */
  LOCAL_WRITE(1),
  /** The peer may write. */
  REMOTE_WRITE(2),
  /** The peer may read. */
  REMOTE_READ(4),
  /** The peer may compare, swap and add. */
  REMOTE_ATOMIC(8);

  private final int bit;

  Access(int bit) {
    this.bit = bit;
  }

  /** Returns the bit that stands for it in verbs. */
  public int bit() {
    return bit;
  }

  static int bits(Set<Access> all) {
    int bits = 0;
    for (Access one : all) {
      bits |= one.bit;
    }
    return bits;
  }

  /** Writing remotely needs the right to write at all. */
  static boolean isLegal(int bits) {
    return (bits & (REMOTE_WRITE.bit | REMOTE_ATOMIC.bit)) == 0 || (bits & LOCAL_WRITE.bit) != 0;
  }

  static boolean isRemote(int bits) {
    return (bits & (REMOTE_WRITE.bit | REMOTE_READ.bit | REMOTE_ATOMIC.bit)) != 0;
  }
}
