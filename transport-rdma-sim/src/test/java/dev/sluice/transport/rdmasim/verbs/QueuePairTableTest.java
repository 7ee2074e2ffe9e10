package dev.sluice.transport.rdmasim.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(10)
class QueuePairTableTest {
  private static final int CAPACITY = 4;
  private static final int NUMBER = QueuePairTable.number(3, 1);

  private final QueuePairTable table =
      new QueuePairTable(
          Arena.ofAuto().allocate(QueuePairTable.byteCount(CAPACITY), Long.BYTES), CAPACITY);

  @ParameterizedTest
  @EnumSource
  void entry_givesBackWhatWasPut(QueuePairState state) {
    int domain = 0xfedcba;
    for (int rights = 0; rights < 16; rights++) {
      table.put(NUMBER, state, rights, domain);
      long word = table.word(NUMBER);
      assertEquals(state.answers(), QueuePairTable.answers(word));
      assertEquals(domain, QueuePairTable.domain(word));
      for (Access right : Access.values()) {
        assertEquals((rights & right.bit()) != 0, QueuePairTable.allows(word, right));
      }
    }
  }

  @Test
  void unknownNumbers_haveNoWord_andAnswerNothing() {
    table.put(NUMBER, QueuePairState.RTS, 15, 1);
    for (int number : new int[] {0, 3, QueuePairTable.number(3, 2), QueuePairTable.number(4, 1)}) {
      assertEquals(0, table.word(number));
    }
    assertFalse(QueuePairTable.answers(0));
    table.remove(NUMBER);
    assertEquals(0, table.word(NUMBER));
  }

  @Test
  void numbers_areNever0_have24Bits_andTellLivesApart() {
    for (int life = 1; life < 100_000; life++) {
      int number = QueuePairTable.number(0, life);
      assertTrue(number > 0 && number < 1 << 24, () -> "number " + number);
      assertNotEquals(number, QueuePairTable.number(0, life + 1));
      assertEquals(0, QueuePairTable.place(number));
    }
    assertTrue(QueuePairTable.number(0, Integer.MIN_VALUE) > 0);
    assertEquals(1023, QueuePairTable.place(QueuePairTable.number(1023, 16383)));
  }
}
