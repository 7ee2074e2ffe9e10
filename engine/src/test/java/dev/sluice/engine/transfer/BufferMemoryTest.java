package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BufferMemoryTest {
  private final BufferMemory memory = new BufferMemory(2L * Slab.BYTES, 2L * Slab.BYTES);
  private final List<Slab.Piece> taken = new ArrayList<>();

  @AfterEach
  void free() {
    memory.close();
  }

  private int takeAll(int byteCount) {
    int count = 0;
    for (Optional<Slab.Piece> piece = memory.take(byteCount);
        piece.isPresent();
        piece = memory.take(byteCount)) {
      taken.add(piece.get());
      count++;
    }
    return count;
  }

  @Test
  void handsOutAllOfItsLimit_andNoMore() {
    assertEquals(128, takeAll(Slab.UNIT_BYTES));
    assertEquals(2L * Slab.BYTES, memory.byteCount());
  }

  @Test
  void piecesOfAnySize_doNotOverlap() {
    for (int byteCount = Slab.UNIT_BYTES; byteCount <= Slab.BYTES / 2; byteCount *= 2) {
      taken.add(memory.take(byteCount).orElseThrow());
    }
    byte mark = 1;
    for (Slab.Piece piece : taken) {
      piece.memory().fill(mark++);
    }
    mark = 1;
    for (Slab.Piece piece : taken) {
      MemorySegment segment = piece.memory();
      assertEquals(mark, segment.get(ValueLayout.JAVA_BYTE, 0));
      assertEquals(mark++, segment.get(ValueLayout.JAVA_BYTE, segment.byteSize() - 1));
    }
  }

  @Test
  void aWholeSlab_isOnePiece() {
    assertEquals(2, takeAll(Slab.BYTES));
  }

  @Test
  void whatComesBack_isHandedOutAgain_inAnySize() {
    takeAll(Slab.UNIT_BYTES);
    taken.forEach(memory::giveBack);

    assertEquals(2, takeAll(Slab.BYTES));
  }

  @Test
  void largePieces_stopWhereALotIsUsed_andTheLeastDoNot() {
    try (BufferMemory half = new BufferMemory(2L * Slab.BYTES, Slab.BYTES)) {
      Slab.Piece large = half.take(Slab.BYTES / 2).orElseThrow();
      assertTrue(half.take(Slab.BYTES / 2).isPresent());
      assertTrue(half.take(2 * Slab.UNIT_BYTES).isEmpty());
      for (int i = 0; i < 64; i++) {
        assertTrue(half.take(Slab.UNIT_BYTES).isPresent());
      }

      half.giveBack(large);

      assertTrue(half.take(Slab.BYTES / 2).isEmpty(), "a whole slab is used");
    }
  }

  @Test
  void slabsOfWhichNothingIsUsed_go_exceptOne() {
    takeAll(Slab.BYTES / 2);

    taken.forEach(memory::giveBack);

    assertEquals(Slab.BYTES, memory.byteCount());
    assertFalse(taken.getFirst().memory().scope().isAlive(), "the memory was not freed");
  }

  @Test
  void closing_freesAll() {
    takeAll(Slab.BYTES);

    memory.close();

    for (Slab.Piece piece : taken) {
      assertFalse(piece.memory().scope().isAlive());
    }
  }
}
