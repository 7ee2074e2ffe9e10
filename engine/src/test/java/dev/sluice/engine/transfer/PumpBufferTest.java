package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large the buffer of one direction is. */
@Timeout(20)
final class PumpBufferTest {
  private static final int LEAST = PumpBuffer.LEAST_BYTES;

  private final BufferMemory memory = new BufferMemory(4 << 20, 2 << 20);

  @AfterEach
  void freeAll() {
    memory.close();
  }

  /** 16,367 bytes are what a record of the JDK's TLS carries. */
  @ParameterizedTest
  @ValueSource(ints = {LEAST / 2 + 1, 16_367, LEAST})
  void moreThanHalfFull_getsTwiceAsMuch(int byteCount) throws Exception {
    try (PumpBuffer buffer = new PumpBuffer(memory)) {
      fill(buffer, byteCount);
      assertEquals(2 * LEAST, buffer.empty().remaining());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LEAST / 2})
  void halfFullOrLess_staysAsItIs(int byteCount) throws Exception {
    try (PumpBuffer buffer = new PumpBuffer(memory)) {
      fill(buffer, byteCount);
      assertEquals(LEAST, buffer.empty().remaining());
    }
  }

  @Test
  void aLongStream_getsTheMost_andNoMore() throws Exception {
    try (PumpBuffer buffer = new PumpBuffer(memory)) {
      for (int size = LEAST; size < PumpBuffer.MOST_BYTES; size *= 2) {
        fill(buffer, size);
      }
      fill(buffer, PumpBuffer.MOST_BYTES);
      assertEquals(PumpBuffer.MOST_BYTES, buffer.empty().remaining());
    }
  }

  @Test
  void whereMemoryIsShort_theOldOneDoes() throws Exception {
    try (BufferMemory little = new BufferMemory(4 << 20, LEAST);
        PumpBuffer buffer = new PumpBuffer(little)) {
      fill(buffer, LEAST);
      assertEquals(LEAST, buffer.empty().remaining());
    }
  }

  @Test
  void close_givesEverythingBack() throws Exception {
    try (BufferMemory one = new BufferMemory(Slab.BYTES, Slab.BYTES)) {
      PumpBuffer buffer = new PumpBuffer(one);
      fill(buffer, LEAST);
      buffer.empty();
      buffer.close();
      assertTrue(one.take(Slab.BYTES).isPresent(), "it kept a piece");
    }
  }

  @Test
  void whereThereIsNoMemory_itIsALimit() throws Exception {
    try (BufferMemory none = new BufferMemory(0, 0)) {
      TransportException failure =
          assertThrows(TransportException.class, () -> new PumpBuffer(none).close());
      assertEquals(Kind.LIMIT, failure.kind());
      assertTrue(failure.hint().orElseThrow().contains("second relay"));
    }
  }

  private static void fill(PumpBuffer buffer, int byteCount) {
    buffer.empty().position(byteCount);
    assertEquals(byteCount, buffer.filled().remaining());
  }
}
