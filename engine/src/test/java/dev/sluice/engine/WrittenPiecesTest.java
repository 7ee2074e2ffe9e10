package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which pieces of memory a {@link ChannelOutput} hands its bytes to the channel. */
final class WrittenPiecesTest {
  private static final EngineOptions ROOMY = new EngineOptions(4096, 64, Long.MAX_VALUE);
  private static final int PAGE = 4096;

  private final TakingChannel channel = new TakingChannel().keeping();

  private final MemorySegment pages = Bytes.nativeCopy(Arena.ofAuto(), Bytes.counting(64 * PAGE));

  @Test
  void smallValues_areOnePiece() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    for (int i = 0; i < 100; i++) {
      out.writeLong(i);
      out.writeByte(i);
    }
    assertEquals(List.of(), channel.sizes());
    out.flush();
    assertEquals(List.of(List.of(900)), channel.sizes());
    assertTrue(channel.calls().getFirst().getFirst().direct(), "the JDK copies heap memory");
  }

  @Test
  void anEmptyFlush_doesNotTouchTheChannel() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    out.flush();
    out.write(new byte[0]);
    out.writeBorrowed(pages, 0, 0, AfterFlush.RELEASE);
    out.flush();
    assertEquals(List.of(), channel.sizes());
  }

  @Test
  void headersAndPages_goOutTogether_inTheOrderOfTheCalls() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    for (int page = 0; page < 3; page++) {
      out.writeLong(page);
      out.writeBorrowed(pages, (long) page * PAGE, PAGE, AfterFlush.KEEP);
    }
    out.writeInt(-1);
    out.flush();
    assertEquals(List.of(List.of(8, PAGE, 8, PAGE, 8, PAGE, 4)), channel.sizes());
    ByteBuffer expected = ByteBuffer.allocate(3 * (8 + PAGE) + 4);
    for (int page = 0; page < 3; page++) {
      expected.putLong(page).put(pages.asSlice((long) page * PAGE, PAGE).asByteBuffer());
    }
    assertArrayEquals(expected.putInt(-1).array(), channel.bytes());
  }

  @Test
  void borrowedMemory_isNotCopied() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    out.writeByte(0);
    out.writeBorrowed(pages, PAGE, PAGE, AfterFlush.KEEP);
    out.flush();
    assertEquals(pages.address() + PAGE, channel.calls().getFirst().get(1).address());
  }

  @Test
  void touchingRangesOfOneBase_areOnePiece() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    for (int page = 0; page < 10; page++) {
      out.writeBorrowed(pages, (long) page * PAGE, PAGE, AfterFlush.KEEP);
    }
    out.flush();
    assertEquals(List.of(List.of(10 * PAGE)), channel.sizes());
    assertArrayEquals(Bytes.counting(10 * PAGE), channel.bytes());
  }

  @Test
  void rangesThatDoNotTouch_orRunBackwards_orRepeat_areNotMerged() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    out.writeBorrowed(pages, 0, 100, AfterFlush.KEEP);
    out.writeBorrowed(pages, 200, 100, AfterFlush.KEEP);
    out.writeBorrowed(pages, 100, 100, AfterFlush.KEEP);
    out.writeBorrowed(pages, 100, 100, AfterFlush.KEEP);
    out.flush();
    assertEquals(List.of(List.of(100, 100, 100, 100)), channel.sizes());
    byte[] counting = Bytes.counting(300);
    ByteBuffer expected = ByteBuffer.allocate(400);
    expected.put(counting, 0, 100).put(counting, 200, 100);
    expected.put(counting, 100, 100).put(counting, 100, 100);
    assertArrayEquals(expected.array(), channel.bytes());
  }

  @Test
  void aValueBetweenTwoRanges_keepsThemApart() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    out.writeBorrowed(pages, 0, 100, AfterFlush.KEEP);
    out.writeByte(1);
    out.writeBorrowed(pages, 100, 100, AfterFlush.KEEP);
    out.flush();
    assertEquals(List.of(List.of(100, 1, 100)), channel.sizes());
  }

  @Test
  void rangesOfDifferentBases_areBothSent() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    MemorySegment other = Bytes.nativeCopy(Arena.ofAuto(), Bytes.random(1, 100));
    out.writeBorrowed(pages, 0, 100, AfterFlush.KEEP);
    out.writeBorrowed(other, 0, 100, AfterFlush.KEEP);
    out.flush();
    ByteBuffer expected = ByteBuffer.allocate(200).put(Bytes.counting(100)).put(Bytes.of(other));
    assertArrayEquals(expected.array(), channel.bytes());
  }

  @Test
  void changesBeforeTheFlush_areSent_changesAfterItAreNot() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    out.writeBorrowed(pages, 0, 10, AfterFlush.KEEP);
    long queued = out.transferred();
    assertTrue(out.flushed() < queued);
    pages.set(ValueLayout.JAVA_BYTE, 0, (byte) 77);
    out.flush();
    assertTrue(out.flushed() >= queued);
    pages.set(ValueLayout.JAVA_BYTE, 1, (byte) 88);
    out.writeByte(1);
    out.flush();
    assertEquals(77, channel.bytes()[0]);
    assertEquals(1, channel.bytes()[1]);
    assertEquals(11, channel.byteCount());
  }

  @Test
  void heapMemory_isCopied_soThatChangesAreNotSent() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    byte[] heap = Bytes.counting(100);
    out.writeBorrowed(MemorySegment.ofArray(heap), 10, 50, AfterFlush.RELEASE);
    byte[] arrayThatIsWritten = Bytes.counting(100);
    out.write(arrayThatIsWritten);
    heap[10] = 99;
    arrayThatIsWritten[0] = 99;
    out.flush();
    assertEquals(10, channel.bytes()[0]);
    assertEquals(0, channel.bytes()[50]);
  }

  @Test
  void aLargeDirectBuffer_isSentFromWhereItIs_andFreeAfterTheCall() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    out.writeByte(1);
    ByteBuffer large = pages.asByteBuffer();
    assertEquals(64 * PAGE, out.write(large));
    assertEquals(out.transferred(), out.flushed());
    assertTrue(
        channel.calls().stream()
            .flatMap(List::stream)
            .anyMatch(piece -> piece.address() == pages.address()),
        "it was copied");
    pages.set(ValueLayout.JAVA_BYTE, 0, (byte) 77);
    assertEquals(0, channel.bytes()[1]);
  }

  @Test
  void theVector_isFlushedWhenItIsFullOfEntries() throws IOException {
    var options = new EngineOptions(512, 4, Long.MAX_VALUE);
    ChannelOutput out = ChannelOutput.over(channel, options);
    for (int i = 0; i < 50; i++) {
      out.writeBorrowed(pages, 200L * i, 100, AfterFlush.KEEP);
      assertTrue(out.transferred() - out.flushed() <= 4 * 100, "more than 4 entries wait");
    }
    assertTrue(channel.sizes().stream().allMatch(call -> call.size() <= 4));
    assertTrue(channel.sizes().size() < 20, "flushed before it was full");
    out.flush();
    assertEquals(5000, channel.byteCount());
  }

  @Test
  void valuesBetweenThePages_countAsEntriesToo() throws IOException {
    for (int entries = 2; entries < 6; entries++) {
      var counter = new TakingChannel();
      ChannelOutput out =
          ChannelOutput.over(counter, new EngineOptions(512, entries, Long.MAX_VALUE));
      for (int i = 0; i < 50; i++) {
        out.writeBorrowed(pages, 200L * i, 100, AfterFlush.KEEP);
        out.writeByte(1);
      }
      out.flush();
      int most = Collections.max(counter.sizes().stream().map(List::size).toList());
      assertTrue(most <= entries, most + " pieces in one flush, not " + entries);
    }
  }

  @Test
  void theVector_isFlushedWhenItIsFullOfBytes() throws IOException {
    var options = new EngineOptions(512, 64, 10_000);
    ChannelOutput out = ChannelOutput.over(channel, options);
    for (int i = 0; i < 30; i++) {
      out.writeBorrowed(pages, 2L * PAGE * i, PAGE, AfterFlush.KEEP);
      assertTrue(out.transferred() - out.flushed() <= 10_000, "more than 10000 bytes wait");
    }
    assertTrue(channel.sizes().size() <= 15, "flushed before it was full: " + channel.sizes());
    out.flush();
    assertEquals(30 * PAGE, channel.byteCount());
  }

  @Test
  void theBuffer_isFlushedWhenItIsFull_butNotBefore() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, new EngineOptions(512, 64, Long.MAX_VALUE));
    for (int i = 0; i < 64; i++) {
      out.writeLong(i);
    }
    assertEquals(0, out.flushed());
    out.writeByte(1);
    out.flush();
    assertEquals(513, channel.byteCount());
  }

  @Test
  void shortWrites_areFinished_whereverTheyEnd() throws IOException {
    for (int most = 1; most < 40; most++) {
      var slow = new TakingChannel().keeping().atMostPerCall(most);
      ChannelOutput out = ChannelOutput.over(slow, ROOMY);
      out.writeLong(1);
      out.writeBorrowed(pages, 3, 20, AfterFlush.KEEP);
      out.writeShort(2);
      out.writeBorrowed(pages, 7, 9, AfterFlush.KEEP);
      out.flush();
      ByteBuffer expected = ByteBuffer.allocate(39).putLong(1);
      expected.put(pages.asSlice(3, 20).asByteBuffer()).putShort((short) 2);
      expected.put(pages.asSlice(7, 9).asByteBuffer());
      assertArrayEquals(expected.array(), slow.bytes());
    }
  }

  @Test
  void rangesOutsideTheBase_areRefused_andNothingIsWritten() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    long end = pages.byteSize();
    for (long[] range :
        List.of(
            new long[] {-1, 1},
            new long[] {0, end + 1},
            new long[] {end, 1},
            new long[] {0, -1},
            new long[] {1, Long.MAX_VALUE})) {
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> out.writeBorrowed(pages, range[0], range[1], AfterFlush.RELEASE));
    }
    assertEquals(0, out.transferred());
    out.writeByte(1);
    out.flush();
    assertEquals(1, channel.byteCount());
  }

  @Test
  void memoryThatIsGoneAtTheFlush_isTheFirstError() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    try (Arena arena = Arena.ofShared()) {
      out.writeBorrowed(arena.allocate(PAGE), 0, PAGE, AfterFlush.RELEASE);
    }
    Throwable thrown = assertThrows(Exception.class, out::flush);
    Throwable first = out.firstError().orElseThrow();
    Failures.assertReports(first, thrown);
    Failures.assertThrowsAgain(first, out::flush);
    Failures.assertThrowsAgain(first, out::finish);
    assertEquals(0, channel.byteCount());
    out.close();
    assertEquals(List.of("abort"), channel.endings());
  }

  /** The system's allocator gives the same address again and again. */
  @Test
  void newMemory_whereMemoryWasThatIsGone_isSent() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    for (int i = 1; i <= 50; i++) {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment memory = arena.allocate(100);
        memory.fill((byte) i);
        out.writeBorrowed(memory, 0, 100, AfterFlush.KEEP);
        out.flush();
      }
      assertEquals(i, channel.bytes()[100 * i - 1]);
    }
  }

  @Test
  void twoViewsOfOneMemory_ofDifferentSizes_areBothSent() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, ROOMY);
    out.writeBorrowed(pages.asSlice(0, 100), 0, 100, AfterFlush.KEEP);
    out.writeBorrowed(pages, 100, 100, AfterFlush.KEEP);
    out.writeBorrowed(pages.asSlice(0, 300), 200, 100, AfterFlush.KEEP);
    out.flush();
    out.writeBorrowed(pages, 300, PAGE, AfterFlush.KEEP);
    out.flush();
    assertArrayEquals(Bytes.counting(300 + PAGE), channel.bytes());
  }

  @Test
  void moreThanTwoGibibytes_areOneEntry(@TempDir Path folder) throws IOException {
    long byteCount = (5L << 30) + 123;
    Path sparse = folder.resolve("sparse");
    var counter = new TakingChannel();
    try (Arena arena = Arena.ofShared();
        FileChannel file =
            FileChannel.open(
                sparse,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), byteCount - 1);
      MemorySegment memory = file.map(FileChannel.MapMode.READ_ONLY, 0, byteCount, arena);
      ChannelOutput out = ChannelOutput.over(counter, ROOMY);
      out.writeLong(1);
      for (long at = 0; at < byteCount; at += 1L << 30) {
        out.writeBorrowed(memory, at, Math.min(1L << 30, byteCount - at), AfterFlush.KEEP);
        assertEquals(0, out.flushed(), "the ranges were not merged");
      }
      assertEquals(8 + byteCount, out.transferred());
      out.flush();
      assertEquals(8 + byteCount, out.flushed());
      assertEquals(8 + byteCount, counter.byteCount());
      assertConsecutive(counter, memory);
    }
  }

  /** Each call goes on where the one before ended. */
  private static void assertConsecutive(TakingChannel counter, MemorySegment memory) {
    long next = memory.address();
    List<List<TakingChannel.Piece>> calls = counter.calls();
    for (List<TakingChannel.Piece> call : calls) {
      for (TakingChannel.Piece piece : call) {
        if (piece.byteCount() != 8) {
          assertEquals(next, piece.address());
          next += piece.byteCount();
        }
      }
    }
    assertEquals(memory.address() + memory.byteSize(), next);
  }

  @Test
  void manyTinyPieces_comeOutAsWritten() throws IOException {
    ChannelOutput out = ChannelOutput.over(channel, Style.SMALLEST);
    for (int i = 0; i < 1000; i++) {
      out.writeBorrowed(pages, 2L * i, 1, AfterFlush.KEEP);
      out.writeByte(i);
    }
    out.flush();
    ByteBuffer expected = ByteBuffer.allocate(2000);
    for (int i = 0; i < 1000; i++) {
      expected.put(pages.get(ValueLayout.JAVA_BYTE, 2L * i)).put((byte) i);
    }
    assertArrayEquals(expected.array(), channel.bytes());
    assertTrue(Collections.max(channel.sizes().stream().map(List::size).toList()) <= 2);
  }
}
