package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.fault.OneByteChannel;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peeking, reading in place, and the end of the stream as a state. */
final class ReadingAheadTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 2, 1);

  private static ChannelInput inputOf(byte[] bytes) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100_000);
    Bytes.writeAll(pair.outgoing(), bytes);
    pair.outgoing().close();
    return ChannelInput.over(new OneByteChannel(pair.incoming()), OPTIONS);
  }

  @Test
  void peek_fillsUntilSatisfied_andTakesNothing() throws IOException {
    ChannelInput in = inputOf(Bytes.counting(600));
    assertEquals(ByteBuffer.wrap(Bytes.counting(512)), in.peek(0, 512));
    assertEquals(ByteBuffer.wrap(Bytes.counting(512), 500, 12), in.peek(500, 12));
    assertEquals(0, in.position());
    assertEquals(0, in.transferred());
    assertEquals(0, in.readByte());
    assertEquals(ByteBuffer.wrap(Bytes.counting(600), 1, 512), in.peek(0, 512));
  }

  @Test
  void peek_sees257BytesAhead_asNamesOfQemuSubsectionsNeed() throws IOException {
    ChannelInput in = inputOf(Bytes.counting(257));
    assertEquals(257, in.peek(0, 1 + 1 + 255).remaining());
  }

  @Test
  void peek_isShortOnlyAtTheEnd_andMayBeRepeated() throws IOException {
    ChannelInput in = inputOf(Bytes.counting(10));
    for (int i = 0; i < 3; i++) {
      assertEquals(10, in.peek(0, 100).remaining());
      assertEquals(3, in.peek(7, 100).remaining());
      assertEquals(0, in.peek(10, 5).remaining());
      assertEquals(0, in.peek(200, 5).remaining());
      assertEquals(0, in.peek(0, 0).remaining());
    }
    assertTrue(in.firstError().isEmpty());
    in.skipFully(10);
    assertEquals(0, in.peek(0, 1).remaining());
  }

  @Test
  void peekByte_fillsMoreThanOnce_andIsMinusOneAtTheEnd() throws IOException {
    ChannelInput in = inputOf(new byte[] {1, (byte) 0xFF, 3});
    for (int i = 0; i < 3; i++) {
      assertEquals(3, in.peekByte(2));
      assertEquals(0xFF, in.peekByte(1));
      assertEquals(1, in.peekByte(0));
      assertEquals(-1, in.peekByte(3));
      assertEquals(-1, in.peekByte(511));
    }
    assertTrue(in.firstError().isEmpty());
  }

  @Test
  void whatIsTooFar_isRefused_andDoesNoHarm() throws IOException {
    ChannelInput in = inputOf(Bytes.counting(600));
    assertThrows(IllegalArgumentException.class, () -> in.peek(0, 513));
    assertThrows(IllegalArgumentException.class, () -> in.peek(512, 1));
    assertThrows(IllegalArgumentException.class, () -> in.peek(2, Integer.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> in.peek(Integer.MAX_VALUE, 1));
    assertThrows(IllegalArgumentException.class, () -> in.peek(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> in.peek(0, -1));
    assertThrows(IllegalArgumentException.class, () -> in.peekByte(512));
    assertThrows(IllegalArgumentException.class, () -> in.peekByte(-1));
    assertThrows(IllegalArgumentException.class, () -> in.readInPlace(513));
    assertThrows(IllegalArgumentException.class, () -> in.readInPlace(-1));
    assertThrows(IllegalArgumentException.class, () -> in.skipFully(-1));
    assertTrue(in.firstError().isEmpty());
    assertEquals(512, in.peek(0, 512).remaining());
    assertEquals(0, in.readByte());
  }

  @Test
  void views_areReadOnly() throws IOException {
    ChannelInput in = inputOf(Bytes.counting(100));
    ByteBuffer ahead = in.peek(0, 10);
    assertThrows(ReadOnlyBufferException.class, () -> ahead.put(0, (byte) 1));
    ByteBuffer taken = in.readInPlace(10);
    assertTrue(taken.isReadOnly());
    assertFalse(taken.hasArray());
  }

  @Test
  void movingAView_doesNotMoveTheInput() throws IOException {
    ChannelInput in = inputOf(Bytes.counting(100));
    in.peek(0, 10).position(7);
    assertEquals(ByteBuffer.wrap(Bytes.counting(10)), in.peek(0, 10));
    in.readInPlace(10).position(3);
    assertEquals(10, in.readByte());
  }

  @Test
  void readInPlace_takesUpToAWholeBuffer() throws IOException {
    ChannelInput in = inputOf(Bytes.counting(1100));
    in.readByte();
    assertEquals(ByteBuffer.wrap(Bytes.counting(1100), 1, 512), in.readInPlace(512));
    assertEquals(ByteBuffer.wrap(Bytes.counting(1100), 513, 512), in.readInPlace(512));
    assertEquals(0, in.readInPlace(0).remaining());
    assertEquals(1025, in.position());
  }

  @Test
  void theEnd_isAState_thatMayBeAskedForAgainAndAgain() throws IOException {
    ChannelInput in = inputOf(new byte[] {9});
    assertFalse(in.atEnd());
    assertEquals(9, in.asInputStream().read());
    for (int i = 0; i < 3; i++) {
      assertTrue(in.atEnd());
      assertEquals(-1, in.read(ByteBuffer.allocate(10)));
      assertEquals(-1, in.read(ByteBuffer.allocateDirect(10_000)));
      assertEquals(-1, in.asInputStream().read());
      assertEquals(-1, in.asInputStream().read(new byte[3]));
      assertEquals(0, in.asInputStream().skip(3));
      assertEquals(0, in.skipBytes(3));
      assertEquals(0, in.transferTo(new TakingChannel(), 3));
      assertEquals(null, in.readLine());
      in.skipFully(0);
      in.readFully(new byte[0]);
    }
    assertTrue(in.firstError().isEmpty());
    in.close();
  }

  @ParameterizedTest
  @EnumSource
  void atEnd_blocksForAByteOrTheEnd(ThreadKind kind) throws IOException {
    for (boolean end : new boolean[] {true, false}) {
      MemoryChannels.Pair pair = MemoryChannels.pair();
      ChannelInput in = ChannelInput.over(pair.incoming());
      Background<Boolean> asked = Background.run(kind, in::atEnd).awaitBlocked();
      if (end) {
        pair.outgoing().close();
      } else {
        Bytes.writeAll(pair.outgoing(), new byte[1]);
      }
      assertEquals(end, asked.result());
    }
  }

  @Test
  void read_givesWhatThereIs_withoutWaitingForMore() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), Bytes.counting(10));
    ChannelInput in = ChannelInput.over(pair.incoming());
    assertEquals(0, in.readByte());
    ByteBuffer target = ByteBuffer.allocate(100);
    assertEquals(9, in.read(target));
    assertArrayEquals(
        Bytes.remaining(ByteBuffer.wrap(Bytes.counting(10), 1, 9)), Bytes.remaining(target.flip()));
    assertEquals(0, in.read(ByteBuffer.allocate(0)));
  }

  @Test
  void available_isWhatCanBeReadWithoutTheChannel() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), Bytes.counting(10));
    ChannelInput in = ChannelInput.over(pair.incoming());
    in.readByte();
    assertEquals(9, in.asInputStream().available());
  }

  @Test
  void readLine_atTheEnd_afterACarriageReturn_doesNotWaitForMore() throws IOException {
    ChannelInput in = inputOf("one\r\ntwo\rthree\n\nfive\r".getBytes(StandardCharsets.US_ASCII));
    for (String line : new String[] {"one", "two", "three", "", "five"}) {
      assertEquals(line, in.readLine());
    }
    assertEquals(null, in.readLine());
  }

  /** Says that it filled what it was given, as large as that may be. */
  private static final class EndlessChannel extends FakeChannel {
    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      int room = targets[offset].remaining();
      targets[offset].position(targets[offset].limit());
      return room;
    }
  }

  @Test
  void memoryOfMoreThanTwoGibibytes_isFilled(@TempDir Path folder) throws IOException {
    long byteCount = 5L << 30;
    try (Arena arena = Arena.ofShared();
        FileChannel file =
            FileChannel.open(
                folder.resolve("sparse"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), byteCount - 1);
      MemorySegment memory = file.map(FileChannel.MapMode.READ_WRITE, 0, byteCount, arena);
      ChannelInput in = ChannelInput.over(new EndlessChannel(), OPTIONS);
      in.readByte();
      in.readFully(memory, 0, byteCount);
      assertEquals(1 + byteCount, in.transferred());
      assertEquals(1 + byteCount, in.position());
    }
  }
}
