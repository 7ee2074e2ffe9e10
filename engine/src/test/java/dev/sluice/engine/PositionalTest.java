package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.Operation;
import dev.sluice.tck.memory.MemoryChannels;
import dev.sluice.tck.memory.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Positions, on channels that have them and on those that have not. */
final class PositionalTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 4, 5000);

  private static TransportChannel open(MemoryFile file, Direction direction, Style style) {
    return style.of(file.open(direction), new Random(1));
  }

  @ParameterizedTest
  @EnumSource
  void writeAt_isComplete_andLeavesThePositionAlone(Style style) throws IOException {
    var file = new MemoryFile();
    ChannelOutput out = ChannelOutput.over(open(file, Direction.WRITE, style), OPTIONS);
    out.writeInt(0x01020304);
    out.writeAt(ByteBuffer.wrap(Bytes.counting(3000)), 1000);
    assertEquals(4, out.position());
    out.writeAt(ByteBuffer.allocateDirect(10).put(9, (byte) 5), 2);
    out.writeInt(0x05060708);
    assertEquals(8, out.position());
    assertEquals(3018, out.transferred());
    out.finish();
    assertEquals(3018, out.flushed());
    byte[] expected = new byte[4000];
    System.arraycopy(Bytes.counting(3000), 0, expected, 1000, 3000);
    System.arraycopy(new byte[] {1, 2, 0, 0, 5, 6, 7, 8, 0, 0, 0, 5}, 0, expected, 0, 12);
    assertArrayEquals(expected, file.content());
  }

  @Test
  void writeAt_comesAfterWhatWasQueuedBefore() throws IOException {
    var file = new MemoryFile();
    ChannelOutput out = ChannelOutput.over(file.open(Direction.WRITE), OPTIONS);
    out.writeLong(-1);
    out.writeBorrowed(Arena.global().allocate(8).fill((byte) 7), 0, 8, AfterFlush.KEEP);
    out.writeAt(ByteBuffer.wrap(new byte[] {1}), 3);
    out.finish();
    assertEquals(1, file.content()[3]);
    assertEquals(16, file.content().length);
  }

  @Test
  void writeAt_takesAllThatRemains_andNoMore() throws IOException {
    var file = new MemoryFile();
    ChannelOutput out = ChannelOutput.over(file.open(Direction.WRITE), OPTIONS);
    ByteBuffer source = ByteBuffer.wrap(Bytes.counting(100)).position(10).limit(20);
    out.writeAt(source, 0);
    assertEquals(0, source.remaining());
    assertEquals(20, source.position());
    assertEquals(10, file.content().length);
    out.writeAt(ByteBuffer.allocate(0), 50);
    assertEquals(10, file.content().length);
  }

  @ParameterizedTest
  @EnumSource
  void readAt_isComplete_andLeavesThePositionAlone(Style style) throws IOException {
    var file = new MemoryFile(Bytes.counting(5000));
    ChannelInput in = ChannelInput.over(open(file, Direction.READ, style), OPTIONS);
    assertEquals(ByteBuffer.wrap(Bytes.counting(4)).getInt(), in.readInt());
    ByteBuffer target = ByteBuffer.allocate(3000).position(100);
    in.readAt(target, 1500);
    assertEquals(0, target.remaining());
    assertEquals(ByteBuffer.wrap(Bytes.counting(5000), 1500, 2900), target.flip().position(100));
    assertEquals(4, in.position());
    assertEquals(2904, in.transferred());
    assertEquals(4, in.readByte());
    in.readAt(ByteBuffer.allocate(0), 1_000_000);
  }

  @Test
  void aReadersPosition_isLogical() throws IOException {
    ChannelInput in =
        ChannelInput.over(new MemoryFile(Bytes.counting(5000)).open(Direction.READ), OPTIONS);
    assertEquals(0, in.position());
    in.readInt();
    in.peek(0, 400);
    assertEquals(4, in.position());
    assertTrue(in.channel().position() > 4, "nothing was buffered, so nothing is shown here");
    in.skipFully(1000);
    assertEquals(1004, in.position());
    in.readFully(ByteBuffer.allocateDirect(3000));
    assertEquals(4004, in.position());
  }

  @Test
  void aReadersPosition_countsFromTheStart_onAPipe() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), Bytes.counting(5000));
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    in.peek(0, 500);
    assertEquals(0, in.position());
    in.readInt();
    in.readInPlace(100);
    in.skipFully(2000);
    in.readFully(ByteBuffer.allocateDirect(1000));
    assertEquals(5, in.transferTo(new TakingChannel(), 5));
    assertEquals(3109, in.position());
    assertEquals((byte) (3109 % 251), in.readByte());
  }

  @Test
  void aWritersPosition_includesWhatIsQueued() throws IOException {
    ChannelOutput toPipe = ChannelOutput.over(MemoryChannels.pair().outgoing(), OPTIONS);
    toPipe.writeInt(1);
    assertEquals(4, toPipe.position());
    toPipe.flush();
    toPipe.writeByte(1);
    assertEquals(5, toPipe.position());
    ChannelOutput toFile = ChannelOutput.over(new MemoryFile().open(Direction.WRITE), OPTIONS);
    toFile.writeInt(1);
    assertEquals(4, toFile.position());
    assertEquals(0, toFile.flushed(), "asking flushed");
  }

  @Test
  void onAFileThatWasMoved_thePositionIsThatOfTheMedium() throws IOException {
    TransportChannel channel = new MemoryFile(Bytes.counting(5000)).open(Direction.READ);
    channel.position(1000);
    ChannelInput in = ChannelInput.over(channel, OPTIONS);
    assertEquals(1000, in.position());
    in.readInt();
    assertEquals(1004, in.position());
    TransportChannel target = new MemoryFile().open(Direction.WRITE);
    target.position(1000);
    ChannelOutput out = ChannelOutput.over(target, OPTIONS);
    out.writeInt(1);
    assertEquals(1004, out.position());
  }

  @Test
  void movingAReader_dropsItsBuffer() throws IOException {
    var file = new MemoryFile(Bytes.counting(5000));
    ChannelInput in = ChannelInput.over(file.open(Direction.READ), OPTIONS);
    in.readInt();
    in.position(2000);
    assertEquals(2000, in.position());
    assertEquals((byte) (2000 % 251), in.readByte());
    in.position(1);
    assertEquals(1, in.readByte());
    file.open(Direction.WRITE).writeAt(ByteBuffer.wrap(new byte[] {99}), 2);
    in.position(2);
    assertEquals(99, in.readByte(), "the byte came from the old buffer");
    in.position(5000);
    assertTrue(in.atEnd());
    in.position(4999);
    assertFalse(in.atEnd());
  }

  @Test
  void aNegativePosition_isRefused_andLosesNothing() throws IOException {
    ChannelInput in =
        ChannelInput.over(new MemoryFile(Bytes.counting(5000)).open(Direction.READ), OPTIONS);
    in.readByte();
    assertThrows(IllegalArgumentException.class, () -> in.position(-1));
    assertEquals(1, in.position());
    assertEquals(1, in.readByte(), "bytes were skipped");
  }

  @Test
  void movingAWriter_flushesFirst() throws IOException {
    var file = new MemoryFile();
    ChannelOutput out = ChannelOutput.over(file.open(Direction.WRITE), OPTIONS);
    out.writeInt(1);
    out.position(10);
    assertEquals(4, out.flushed());
    out.writeInt(2);
    assertThrows(IllegalArgumentException.class, () -> out.position(-1));
    out.finish();
    assertArrayEquals(new byte[] {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, file.content());
  }

  @Test
  void size_isThatOfTheMedium_queuedBytesIncluded() throws IOException {
    var file = new MemoryFile(new byte[5]);
    assertEquals(5, ChannelInput.over(file.open(Direction.READ)).size());
    ChannelOutput out = ChannelOutput.over(file.open(Direction.WRITE));
    out.writeLong(1);
    assertEquals(8, out.size());
  }

  @Test
  void withoutTheFeature_eachIsRefused_andTheStreamGoesOn() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    ChannelInput in = ChannelInput.over(pair.incoming());
    out.writeLong(5);
    List<Executable> calls =
        List.of(
            () -> out.writeAt(ByteBuffer.allocate(1), 0),
            () -> out.position(0),
            out::size,
            () -> in.readAt(ByteBuffer.allocate(1), 0),
            () -> in.position(0),
            in::size);
    for (Executable call : calls) {
      var refused = assertThrows(FeatureUnsupportedException.class, call);
      assertSame(ChannelFeature.SEEKABLE, refused.feature());
    }
    out.flush();
    assertEquals(5, in.readLong());
    assertTrue(HalfChannel.firstErrorOf(out, in).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE_AT", "SEEK", "SIZE"})
  void failuresOfAWritersPositionalCalls_areKept(Operation operation) {
    var failure = new IOException("injected");
    ChannelOutput out =
        ChannelOutput.over(
            new FaultyChannel(
                new MemoryFile().open(Direction.WRITE), FaultPolicy.failAt(operation, 1, failure)));
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () -> {
              out.writeAt(ByteBuffer.allocate(1), 0);
              out.position(3);
              out.size();
            }));
    assertSame(failure, out.firstError().orElse(null), "it was not kept");
    Failures.assertThrowsAgain(failure, out::flush);
  }

  @ParameterizedTest
  @EnumSource(names = {"READ_AT", "SEEK", "SIZE"})
  void failuresOfAReadersPositionalCalls_areKept(Operation operation) {
    var failure = new IOException("injected");
    ChannelInput in =
        ChannelInput.over(
            new FaultyChannel(
                new MemoryFile(new byte[10]).open(Direction.READ),
                FaultPolicy.failAt(operation, 1, failure)));
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () -> {
              in.readAt(ByteBuffer.allocate(1), 0);
              in.position(3);
              in.size();
            }));
    assertSame(failure, in.firstError().orElse(null), "it was not kept");
    Failures.assertThrowsAgain(failure, in::atEnd);
  }

  @Test
  void oneHalfOfAnOpenFile_doesNotMoveTheBufferOfTheOther() throws IOException {
    var file = new MemoryFile(Bytes.counting(100));
    ChannelInput in = ChannelInput.over(file.open(Direction.READ), OPTIONS);
    in.readByte();
    in.readAt(ByteBuffer.allocate(7), 50);
    in.readAt(ByteBuffer.allocate(7), 0);
    assertEquals(1, in.readByte());
    assertEquals(2, in.position());
  }
}
