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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that was sent goes back to the system. Linux only: it looks into /proc. */
final class ReleaseTest {
  private static final int PAGE = 4096;
  private static final EngineOptions OPTIONS = new EngineOptions(4096, 64, 1 << 20);

  private final Arena arena = Arena.ofShared();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  private MemorySegment filled(long byteCount) {
    MemorySegment memory = arena.allocate(byteCount, PAGE);
    memory.fill((byte) 0x5A);
    return memory;
  }

  /** Returns the anonymous memory of this process that is resident. */
  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new AssertionError("no RssAnon in /proc/self/status");
  }

  private static boolean isFilledWith(MemorySegment memory, int value) {
    for (long at = 0; at < memory.byteSize(); at += 8) {
      long here = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      if (here != value * 0x0101010101010101L) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aRegionOf256MiB_leavesTheResidentSet_andReadsZero() throws IOException {
    long byteCount = 256L << 20;
    MemorySegment memory = filled(byteCount);
    var channel = new TakingChannel();
    ChannelOutput out = ChannelOutput.over(channel, OPTIONS);
    long before = residentBytes();
    for (long page = 0; page < byteCount; page += PAGE) {
      out.writeLong(page);
      out.writeBorrowed(memory, page, PAGE, AfterFlush.RELEASE);
    }
    out.flush();
    long freed = before - residentBytes();
    assertTrue(freed >= 200L << 20, "only " + (freed >> 20) + " MiB went back");
    assertEquals(byteCount, out.released());
    assertEquals(byteCount + byteCount / PAGE * 8, channel.byteCount());
    assertTrue(isFilledWith(memory, 0));
  }

  @Test
  void memoryThatIsKept_isKept() throws IOException {
    MemorySegment memory = filled(64 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    out.writeBorrowed(memory, 0, memory.byteSize(), AfterFlush.KEEP);
    out.flush();
    assertEquals(0, out.released());
    assertTrue(isFilledWith(memory, 0x5A));
  }

  @Test
  void memoryIsNotReleased_beforeItWasSent() throws IOException {
    MemorySegment memory = filled(4 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    out.writeBorrowed(memory, 0, memory.byteSize(), AfterFlush.RELEASE);
    assertTrue(isFilledWith(memory, 0x5A));
    assertEquals(0, out.released());
    out.flush();
    assertTrue(isFilledWith(memory, 0));
  }

  @Test
  void whatIsSent_isWhatWasThere_notTheZerosAfterwards() throws IOException {
    MemorySegment memory = filled(3 * PAGE);
    var channel = new TakingChannel().keeping().atMostPerCall(1000);
    ChannelOutput out = ChannelOutput.over(channel, OPTIONS);
    out.writeBorrowed(memory, 0, memory.byteSize(), AfterFlush.RELEASE);
    out.flush();
    assertTrue(isFilledWith(MemorySegment.ofArray(channel.bytes()), 0x5A));
    assertEquals(3 * PAGE, channel.byteCount());
  }

  @Test
  void onlyWholePages_areReleased_theEdgesKeepTheirBytes() throws IOException {
    MemorySegment memory = filled(4 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    out.writeBorrowed(memory, 100, 3L * PAGE, AfterFlush.RELEASE);
    out.flush();
    assertEquals(2 * PAGE, out.released());
    assertTrue(isFilledWith(memory.asSlice(0, PAGE), 0x5A));
    assertTrue(isFilledWith(memory.asSlice(PAGE, 2 * PAGE), 0));
    assertTrue(isFilledWith(memory.asSlice(3 * PAGE), 0x5A));
  }

  @Test
  void lessThanAPage_isKept() throws IOException {
    MemorySegment memory = filled(2 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    out.writeBorrowed(memory, 1, PAGE, AfterFlush.RELEASE);
    out.flush();
    assertEquals(0, out.released());
    assertTrue(isFilledWith(memory, 0x5A));
  }

  @Test
  void piecesOfAPage_thatTouch_areReleasedAsThePage() throws IOException {
    MemorySegment memory = filled(2 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    for (int at = 0; at < 2 * PAGE; at += 512) {
      out.writeBorrowed(memory, at, 512, AfterFlush.RELEASE);
    }
    out.flush();
    assertEquals(2 * PAGE, out.released());
    assertTrue(isFilledWith(memory, 0));
  }

  @Test
  void aKeptNeighbour_isNotReleasedWithTheReleasedOne() throws IOException {
    MemorySegment memory = filled(6 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    out.writeBorrowed(memory, 0, PAGE, AfterFlush.KEEP);
    out.writeBorrowed(memory, PAGE, PAGE, AfterFlush.RELEASE);
    out.writeBorrowed(memory, 2 * PAGE, PAGE, AfterFlush.KEEP);
    out.writeBorrowed(memory, 3 * PAGE, PAGE / 2, AfterFlush.RELEASE);
    out.writeBorrowed(memory, 3 * PAGE + PAGE / 2, PAGE / 2, AfterFlush.KEEP);
    out.flush();
    assertEquals(PAGE, out.released());
    assertTrue(isFilledWith(memory.asSlice(0, PAGE), 0x5A));
    assertTrue(isFilledWith(memory.asSlice(PAGE, PAGE), 0));
    assertTrue(isFilledWith(memory.asSlice(2 * PAGE), 0x5A));
  }

  @Test
  void whatWasNotSent_isKept_whereverTheFailureIs() {
    for (long sent : new long[] {0, 1, PAGE - 1, PAGE, 3 * PAGE + 8, 7 * PAGE + 100}) {
      MemorySegment memory = filled(16 * PAGE);
      var channel = new TakingChannel().keeping().failingAfter(sent).atMostPerCall(3000);
      ChannelOutput out = ChannelOutput.over(channel, new EngineOptions(512, 4, 1 << 20));
      assertThrows(
          IOException.class,
          () -> {
            for (int page = 0; page < 16; page += 2) {
              out.writeBorrowed(memory, (long) page * PAGE, PAGE, AfterFlush.RELEASE);
            }
            out.flush();
          });
      assertEquals(sent, channel.byteCount());
      for (int page = 0; page < 16; page++) {
        boolean mayBeGone = page % 2 == 0 && (page / 2 + 1) * (long) PAGE <= sent;
        assertTrue(
            mayBeGone || isFilledWith(memory.asSlice((long) page * PAGE, PAGE), 0x5A),
            "page " + page + " is gone, and only " + sent + " bytes were sent");
      }
    }
  }

  @Test
  void aMergedEntryOfWhichAPartWasSent_keepsTheRest() {
    MemorySegment memory = filled(16 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel().failingAfter(5 * PAGE), OPTIONS);
    assertThrows(
        IOException.class,
        () -> {
          out.writeBorrowed(memory, 0, 16L * PAGE, AfterFlush.RELEASE);
          out.flush();
        });
    assertTrue(isFilledWith(memory.asSlice(5 * PAGE), 0x5A));
  }

  @Test
  void anUnsentPage_isKept_whenTheOutputIsClosed() throws IOException {
    MemorySegment memory = filled(4 * PAGE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    out.writeBorrowed(memory, 0, memory.byteSize(), AfterFlush.RELEASE);
    assertThrows(IOException.class, out::close);
    assertTrue(isFilledWith(memory, 0x5A));
  }

  @Test
  void heapMemory_isNeverReleased() throws IOException {
    byte[] heap = Bytes.random(1, 16 * PAGE);
    byte[] copy = heap.clone();
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    out.writeBorrowed(MemorySegment.ofArray(heap), 0, heap.length, AfterFlush.RELEASE);
    out.flush();
    assertEquals(0, out.released());
    assertArrayEquals(copy, heap);
  }

  @Test
  void aMappedFile_keepsItsContent(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("ram");
    byte[] content = Bytes.random(2, 16 * PAGE);
    Files.write(path, content);
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment memory = file.map(FileChannel.MapMode.READ_WRITE, 0, content.length, arena);
      var channel = new TakingChannel().keeping();
      ChannelOutput out = ChannelOutput.over(channel, OPTIONS);
      out.writeBorrowed(memory, 0, content.length, AfterFlush.RELEASE);
      out.flush();
      assertArrayEquals(content, channel.bytes());
      assertArrayEquals(content, Bytes.of(memory));
      assertEquals(ByteBuffer.wrap(content), ByteBuffer.wrap(Files.readAllBytes(path)));
    }
  }

  @Test
  void memoryCanBeFilledAgain_afterItsRelease() throws IOException {
    MemorySegment memory = filled(4 * PAGE);
    var channel = new TakingChannel().keeping();
    ChannelOutput out = ChannelOutput.over(channel, OPTIONS);
    out.writeBorrowed(memory, 0, PAGE, AfterFlush.RELEASE);
    out.flush();
    memory.asSlice(0, PAGE).fill((byte) 3);
    out.writeBorrowed(memory, 0, PAGE, AfterFlush.KEEP);
    out.flush();
    assertTrue(isFilledWith(MemorySegment.ofArray(channel.bytes()).asSlice(PAGE), 3));
  }
}
