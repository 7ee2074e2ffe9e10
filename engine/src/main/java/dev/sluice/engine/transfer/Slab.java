package dev.sluice.engine.transfer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * 1 MiB of memory that is handed out in powers of two of 16 KiB, each piece at a multiple of its
 * size; not for several threads. The arena is a shared one, because a transport may move bytes in a
 * thread of its own.
 */
final class Slab implements AutoCloseable {
  static final int UNIT_BYTES = 16 << 10;
  static final int BYTES = Long.SIZE * UNIT_BYTES;

  /**
   * A piece of a slab.
   *
   * @param mask the units it takes, as bits
   */
  record Piece(Slab slab, long mask, MemorySegment memory) {}

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(BYTES, UNIT_BYTES);

  /** A bit for each unit that is handed out. */
  private long used;

  /** Hands a piece out, if there is one. */
  Optional<Piece> take(int byteCount) {
    int units = byteCount / UNIT_BYTES;
    long first = -1L >>> (Long.SIZE - units);
    for (int unit = 0; unit < Long.SIZE; unit += units) {
      long mask = first << unit;
      if ((used & mask) == 0) {
        used |= mask;
        return Optional.of(
            new Piece(this, mask, memory.asSlice((long) unit * UNIT_BYTES, byteCount)));
      }
    }
    return Optional.empty();
  }

  void giveBack(Piece piece) {
    used &= ~piece.mask();
  }

  boolean isUnused() {
    return used == 0;
  }

  /** Gives the memory back to the system; nobody may be using a piece. */
  @Override
  public void close() {
    arena.close();
  }
}
