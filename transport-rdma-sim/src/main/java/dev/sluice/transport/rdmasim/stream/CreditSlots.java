package dev.sluice.transport.rdmasim.stream;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The region of the sender that the receiver writes credits into: slots that are taken in turn.
 *
 * <p>A slot is not written again while the sender may still read it, so a value is never seen half
 * written: since the credit that the sender looks at the receiver can give at most two more for
 * half a window, two for half the receives, FINISHED and CLOSED.
 */
final class CreditSlots {
  static final int COUNT = 8;
  static final int SLOT_BYTES = 2 * Long.BYTES;
  static final int REGION_BYTES = COUNT * SLOT_BYTES;

  private static final ValueLayout.OfLong COUNTER =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private CreditSlots() {}

  static void put(MemorySegment slot, long consumedBytes, long repostedMessages) {
    slot.set(COUNTER, 0, consumedBytes);
    slot.set(COUNTER, Long.BYTES, repostedMessages);
  }

  static long consumedBytes(MemorySegment region, int slot) {
    return region.get(COUNTER, (long) slot * SLOT_BYTES);
  }

  static long repostedMessages(MemorySegment region, int slot) {
    return region.get(COUNTER, (long) slot * SLOT_BYTES + Long.BYTES);
  }
}
