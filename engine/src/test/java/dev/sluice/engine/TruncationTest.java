package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.Direction;
import dev.sluice.tck.memory.MemoryChannels;
import dev.sluice.tck.memory.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A call that promises bytes, and a stream that ends before it has them. */
final class TruncationTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 2, 1);

  interface Call {
    void on(ChannelInput in) throws IOException;
  }

  private static Arguments promises(String name, long wanted, Call call) {
    return Arguments.of(Named.of(name, call), wanted);
  }

  /** The calls that promise a number of bytes that is known beforehand. */
  static Stream<Arguments> calls() {
    return Stream.of(
        promises("readByte", 1, ChannelInput::readByte),
        promises("readUnsignedByte", 1, ChannelInput::readUnsignedByte),
        promises("readBoolean", 1, ChannelInput::readBoolean),
        promises("readShort", 2, ChannelInput::readShort),
        promises("readUnsignedShort", 2, ChannelInput::readUnsignedShort),
        promises("readChar", 2, ChannelInput::readChar),
        promises("readInt", 4, ChannelInput::readInt),
        promises("readUnsignedInt", 4, ChannelInput::readUnsignedInt),
        promises("readFloat", 4, ChannelInput::readFloat),
        promises("readLong", 8, ChannelInput::readLong),
        promises("readDouble", 8, ChannelInput::readDouble),
        promises("readInPlace", 100, in -> in.readInPlace(100)),
        promises("skipFully", 5_000_000_000L, in -> in.skipFully(5_000_000_000L)),
        promises("readFully(byte[])", 3000, in -> in.readFully(new byte[3000])),
        promises("readFully(part)", 2000, in -> in.readFully(new byte[3000], 7, 2000)),
        promises("readFully(heap)", 3000, in -> in.readFully(ByteBuffer.allocate(3000))),
        promises("readFully(direct)", 3000, in -> in.readFully(ByteBuffer.allocateDirect(3000))),
        promises(
            "readFully(segment)",
            3000,
            in -> in.readFully(Arena.ofAuto().allocate(4000), 9, 3000)));
  }

  /** After 5 bytes, the stream has some left. */
  private static ChannelInput afterFive(int left) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), new byte[5 + left]);
    pair.outgoing().close();
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    in.skipFully(5);
    return in;
  }

  @ParameterizedTest
  @MethodSource("calls")
  void itSaysHowManyWereWanted_howManyWereLeft_andWhereTheCallBegan(Call call, long wanted)
      throws IOException {
    for (int left = 0; left < Math.min(wanted, 1000); left = 2 * left + 1) {
      ChannelInput in = afterFive(left);
      var thrown = assertThrows(TruncatedStreamException.class, () -> call.on(in));
      assertEquals(wanted, thrown.wanted());
      assertEquals(left, thrown.had());
      assertEquals(5, thrown.position());
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void itSticks(Call call, long wanted) throws IOException {
    ChannelInput in = afterFive(0);
    var first = assertThrows(TruncatedStreamException.class, () -> call.on(in));
    assertSame(first, in.firstError().orElseThrow());
    Failures.assertThrowsAgain(first, in::atEnd);
    Failures.assertThrowsAgain(first, () -> in.read(ByteBuffer.allocate(1)));
    var again = assertThrows(TruncatedStreamException.class, in::readLong);
    assertNotSame(first, again);
    assertEquals(wanted, again.wanted());
    assertEquals(0, again.had());
    assertEquals(5, again.position());
  }

  @Test
  void stringsThatAreCut_tellWhereTheStreamEnded() throws IOException {
    for (int left = 0; left < 11; left++) {
      for (boolean counted : new boolean[] {true, false}) {
        MemoryChannels.Pair pair = MemoryChannels.pair();
        byte[] bytes = new byte[5 + left];
        if (left > 0 && counted) {
          bytes[5] = 10;
        } else if (left > 1) {
          bytes[6] = 10;
        }
        Bytes.writeAll(pair.outgoing(), bytes);
        pair.outgoing().close();
        ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
        in.skipFully(5);
        var thrown =
            assertThrows(
                TruncatedStreamException.class,
                () -> {
                  Object _ = counted ? in.readCountedString() : in.readUTF();
                });
        assertEquals(5 + left, thrown.position() + thrown.had());
        assertSame(thrown, in.firstError().orElseThrow());
      }
    }
  }

  @Test
  void onAFile_thePositionIsThatInTheFile() throws IOException {
    ChannelInput in =
        ChannelInput.over(new MemoryFile(new byte[100]).open(Direction.READ), OPTIONS);
    in.position(97);
    var thrown = assertThrows(TruncatedStreamException.class, in::readLong);
    assertEquals(97, thrown.position());
    assertEquals(3, thrown.had());
    assertEquals(8, thrown.wanted());
  }

  @Test
  void aPositionalRead_tellsWhereItBegan() throws IOException {
    ChannelInput in =
        ChannelInput.over(new MemoryFile(new byte[100]).open(Direction.READ), OPTIONS);
    in.readInt();
    var thrown =
        assertThrows(TruncatedStreamException.class, () -> in.readAt(ByteBuffer.allocate(50), 90));
    assertEquals(50, thrown.wanted());
    assertEquals(10, thrown.had());
    assertEquals(90, thrown.position());
    Failures.assertThrowsAgain(thrown, in::readInt);
  }

  @Test
  void aWriterThatDied_isNotAnEnd() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100);
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    pair.outgoing().abort();
    IOException first = assertThrows(IOException.class, in::atEnd);
    Failures.assertThrowsAgain(first, in::atEnd);
    Failures.assertThrowsAgain(first, in::readByte);
  }
}
