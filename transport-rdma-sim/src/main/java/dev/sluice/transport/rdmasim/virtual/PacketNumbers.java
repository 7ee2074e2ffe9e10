package dev.sluice.transport.rdmasim.virtual;

/**
 * Packet sequence numbers: 24 bits that begin again after the last one.
 *
 * <p>The requester counts in 64 bits and sends the low 24. Whoever receives them compares by the
 * shorter way round, which is right as long as no more than half of all numbers are under way.
 */
final class PacketNumbers {
  /** 34 GB at 4096 bytes a packet. */
  static final int MOST_OUTSTANDING = 1 << 23;

  private static final int BITS = 24;
  private static final int MASK = (1 << BITS) - 1;

  private PacketNumbers() {}

  /** Returns what is sent of a number. */
  static int of(long number) {
    return (int) number & MASK;
  }

  /** Returns how far a number is ahead of another; negative: behind. Both as sent. */
  static int difference(int number, int other) {
    int unused = Integer.SIZE - BITS;
    return (number - other) << unused >> unused;
  }

  /** Returns the number near a known one that looks like that when sent. */
  static long near(long known, int sent) {
    return known + difference(sent, of(known));
  }
}
