package dev.sluice.transport.rdmasim.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class RegionTableTest {
  private static final int CAPACITY = 3;
  private static final int DOMAIN = 5;
  private static final int KEY = RegionTable.key(2, 7);
  private static final int RIGHTS = Access.REMOTE_READ.bit() | Access.REMOTE_WRITE.bit();

  private final RegionTable table =
      new RegionTable(
          Arena.ofAuto().allocate(RegionTable.byteCount(CAPACITY), Long.BYTES), CAPACITY);

  @ParameterizedTest
  @CsvSource({
    "0, 0, true",
    "0, 100, true",
    "99, 1, true",
    "100, 0, true",
    "100, 1, false",
    "99, 2, false",
    "101, 0, false",
    "-1, 1, false",
    "-1, 2, false",
    "0, -1, false",
    "1, 9223372036854775807, false",
    "9223372036854775807, 1, false",
    "-9223372036854775808, 0, false",
  })
  void range_isInside_withoutWrappingAround(long offset, long byteCount, boolean found) {
    table.put(KEY, DOMAIN, RIGHTS, 100, 0, 0);
    assertEquals(
        found ? 2 : RegionTable.NONE,
        table.find(KEY, DOMAIN, Access.REMOTE_READ, offset, byteCount));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 7, 5, REMOTE_READ, true",
    "2, 7, 5, REMOTE_WRITE, true",
    "2, 7, 5, REMOTE_ATOMIC, false",
    "2, 7, 5, LOCAL_WRITE, false",
    "2, 7, 6, REMOTE_READ, false",
    "2, 8, 5, REMOTE_READ, false",
    "1, 7, 5, REMOTE_READ, false",
    "3, 7, 5, REMOTE_READ, false",
    "4, 7, 5, REMOTE_READ, false",
    "0, 7, 5, REMOTE_READ, false",
    "0, 0, 5, REMOTE_READ, false",
    "16777215, 255, 5, REMOTE_READ, false",
  })
  void keyDomainAndRight_mustAllFit(int index, int tag, int domain, Access right, boolean found) {
    table.put(KEY, DOMAIN, RIGHTS, 100, 0, 0);
    assertEquals(
        found ? 2 : RegionTable.NONE, table.find(RegionTable.key(index, tag), domain, right, 0, 1));
  }

  @Test
  void withdrawnKey_isUnknown_untilItIsPutAgain() {
    table.put(KEY, DOMAIN, RIGHTS, 100, 4, 4096);
    assertEquals(4, table.segmentId(2));
    assertEquals(4096, table.segmentOffset(2));
    assertEquals(100, table.byteCountOf(2));
    table.withdraw(2);
    assertEquals(RegionTable.NONE, table.find(KEY, DOMAIN, Access.REMOTE_READ, 0, 1));
    table.put(RegionTable.key(2, 8), DOMAIN, RIGHTS, 100, 0, 0);
    assertEquals(RegionTable.NONE, table.find(KEY, DOMAIN, Access.REMOTE_READ, 0, 1));
  }

  @Test
  void entering_countsUsers() {
    assertTrue(table.enter(KEY));
    assertTrue(table.enter(KEY));
    table.leave(KEY);
    assertTrue(table.isUsed(2));
    assertFalse(table.isUsed(1));
    table.leave(KEY);
    assertFalse(table.isUsed(2));
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "3, true", "4, false", "16777215, false"})
  void entering_outsideTheTable_isRefused(int index, boolean inside) {
    assertEquals(inside, table.enter(RegionTable.key(index, 255)));
  }

  @Test
  void keys_haveAnIndexAndATagOf8Bits() {
    assertEquals(0x00000207, KEY);
    assertEquals(0xffffffff, RegionTable.key(0xffffff, 0xff));
    assertEquals(0xffffff, RegionTable.index(0xffffffff));
    assertEquals(RegionTable.key(2, 7), RegionTable.key(2, 0x107));
  }
}
