package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The build runs this one, and the differential tests, with native access and without. */
final class WindowMemoryTest {
  @Test
  void onlyWhereNativeAccessIsAllowed_nobodyChecksTheBoundsAgain() {
    assertEquals(Boolean.getBoolean("sluice.test.nativeAccess"), WindowMemory.isAddressed());
  }

  @Test
  void values_areBigEndian_atAnyAddress() {
    WindowMemory memory = new WindowMemory(512);
    for (int at = 0; at < 9; at++) {
      memory.putLong(at, 0x0102030405060708L);
      assertEquals(1, memory.byteAt(at));
      assertEquals(0x0203, memory.shortAt(at + 1));
      assertEquals(0x04050607, memory.intAt(at + 3));
      memory.putByte(at, (byte) 0xFF);
      memory.putShort(at + 1, (short) 0xFEFD);
      memory.putInt(at + 3, 0xFCFBFAF9);
      assertEquals(0xFFFEFDFCFBFAF908L, memory.longAt(at));
      assertEquals(0xFFFEFDFCFBFAF908L, memory.bytes().getLong(at));
    }
  }
}
