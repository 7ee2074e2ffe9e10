package dev.sluice.engine.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory of all buffers of a relay, within a limit; for any thread. Slabs come when they are
 * needed and go when nothing of them is used, except one, so that short connections need none.
 */
final class BufferMemory implements AutoCloseable {
  private final int mostSlabs;
  private final List<Slab> slabs = new ArrayList<>();

  /**
   * @param mostBytes the limit, at least one slab
   */
  BufferMemory(long mostBytes) {
    mostSlabs = (int) (mostBytes / Slab.BYTES);
  }

  /** Hands out a power of two of {@link Slab#UNIT_BYTES}, if there is so much within the limit. */
  synchronized Optional<Slab.Piece> take(int byteCount) {
    for (Slab slab : slabs) {
      Optional<Slab.Piece> piece = slab.take(byteCount);
      if (piece.isPresent()) {
        return piece;
      }
    }
    if (slabs.size() == mostSlabs) {
      return Optional.empty();
    }
    Slab slab = new Slab();
    slabs.add(slab);
    return slab.take(byteCount);
  }

  synchronized void giveBack(Slab.Piece piece) {
    Slab slab = piece.slab();
    slab.giveBack(piece);
    if (slab.isUnused() && slabs.size() > 1) {
      slabs.remove(slab);
      slab.close();
    }
  }

  /** Returns how much it holds now. */
  synchronized long byteCount() {
    return (long) slabs.size() * Slab.BYTES;
  }

  /** Frees all; nobody may be using a piece. */
  @Override
  public synchronized void close() {
    slabs.forEach(Slab::close);
    slabs.clear();
  }
}
