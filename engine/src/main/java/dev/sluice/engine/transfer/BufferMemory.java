package dev.sluice.engine.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory of all buffers of a relay, within a limit; for any thread. Slabs come when they are
 * needed and go when nothing of them is used, except one, so that short connections need none.
 *
 * <p>Buffers grow only while little is used: a few busy connections have large ones, and those that
 * come later always find a small one.
 */
final class BufferMemory implements AutoCloseable {
  private final int mostSlabs;
  private final long mostGrownBytes;
  private final List<Slab> slabs = new ArrayList<>();
  private long usedBytes;

  /**
   * @param mostBytes the limit, at least one slab
   * @param mostGrownBytes how much may be used for a piece to be larger than the least
   */
  BufferMemory(long mostBytes, long mostGrownBytes) {
    mostSlabs = (int) (mostBytes / Slab.BYTES);
    this.mostGrownBytes = mostGrownBytes;
  }

  /** Hands out a power of two of {@link Slab#UNIT_BYTES}, if there is so much within the limits. */
  synchronized Optional<Slab.Piece> take(int byteCount) {
    if (byteCount > Slab.UNIT_BYTES && usedBytes + byteCount > mostGrownBytes) {
      return Optional.empty();
    }
    Optional<Slab.Piece> piece = takeSomewhere(byteCount);
    usedBytes += piece.isPresent() ? byteCount : 0;
    return piece;
  }

  private Optional<Slab.Piece> takeSomewhere(int byteCount) {
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
    usedBytes -= piece.memory().byteSize();
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
