package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings with their length before them. */
final class CountedStringsTest {
  private final TakingChannel channel = new TakingChannel().keeping();
  private final ChannelOutput out = ChannelOutput.over(channel);

  private static ChannelInput inputOf(int... bytes) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    for (int value : bytes) {
      Bytes.writeAll(pair.outgoing(), new byte[] {(byte) value});
    }
    pair.outgoing().close();
    return ChannelInput.over(pair.incoming());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 254, 255})
  void anyLengthUpTo255_goesThroughAndBack(int length) throws IOException {
    out.writeCountedString("n".repeat(length));
    out.flush();
    assertEquals(1 + length, channel.byteCount());
    assertEquals(length, channel.bytes()[0] & 0xFF);
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), channel.bytes());
    assertEquals("n".repeat(length), ChannelInput.over(pair.incoming()).readCountedString());
  }

  @Test
  void moreThan255Bytes_areRefused_beforeAByteIsWritten() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> out.writeCountedString("n".repeat(256)));
    assertThrows(IllegalArgumentException.class, () -> out.writeCountedString("\u20AC".repeat(86)));
    assertEquals(0, out.transferred());
    assertTrue(out.firstError().isEmpty());
    out.writeCountedString("\u20AC".repeat(85));
    out.flush();
    assertEquals(256, channel.byteCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00b", "\uDC00\uD800"})
  void loneSurrogates_areRefused_beforeAByteIsWritten(String text) throws IOException {
    assertThrows(IllegalArgumentException.class, () -> out.writeCountedString(text));
    assertEquals(0, out.transferred());
    assertTrue(out.firstError().isEmpty());
    out.writeByte(1);
    out.flush();
    assertEquals(1, channel.byteCount());
  }

  @Test
  void anEmptyString_isNoFailure() throws IOException {
    ChannelInput in = inputOf(0, 0);
    assertEquals("", in.readCountedString());
    assertArrayEquals(new byte[0], in.readCountedBytes());
    assertThrows(TruncatedStreamException.class, in::readCountedString);
  }

  @Test
  void malformedText_isAnErrorThatIsKept() throws IOException {
    int[][] malformed = {
      {1, 0xFF}, {2, 0xC0, 0x80}, {3, 0xED, 0xA0, 0x80}, {1, 0xC3}, {4, 0xF5, 0x80, 0x80, 0x80}
    };
    for (int[] bytes : malformed) {
      int[] withMore = Arrays.copyOf(bytes, bytes.length + Long.BYTES);
      ChannelInput in = inputOf(withMore);
      CharacterCodingException first =
          assertThrows(CharacterCodingException.class, in::readCountedString);
      assertSame(first, in.firstError().orElseThrow());
      IOException again = assertThrows(CharacterCodingException.class, in::atEnd);
      assertSame(first, again.getCause());
      assertThrows(CharacterCodingException.class, in::readByte, "what was buffered is gone");
    }
  }

  @Test
  void malformedText_isNoErrorAsBytes() throws IOException {
    ChannelInput in = inputOf(2, 0xFF, 0xFE, 7);
    assertArrayEquals(new byte[] {(byte) 0xFF, (byte) 0xFE}, in.readCountedBytes());
    assertEquals(7, in.readByte());
  }

  @Test
  void aCountedStringLongerThanWhatIsLeftInTheBuffer_isFetched() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput longOutput = ChannelOutput.over(pair.outgoing(), Style.SMALLEST);
    longOutput.write(new byte[500]);
    longOutput.writeCountedString("z".repeat(255));
    longOutput.finish();
    ChannelInput in = ChannelInput.over(pair.incoming(), Style.SMALLEST);
    in.skipFully(500);
    assertEquals("z".repeat(255), in.readCountedString());
  }

  @Test
  void aStringTooLongForWriteUtf_isRefused_beforeAByteIsWritten() {
    assertThrows(UTFDataFormatException.class, () -> out.writeUTF("n".repeat(65536)));
    assertThrows(UTFDataFormatException.class, () -> out.writeUTF("\u20AC".repeat(21846)));
    assertEquals(0, out.transferred());
  }

  @Test
  void theLongestStringForWriteUtf_goesThrough() throws IOException {
    out.writeUTF("n".repeat(65535));
    out.flush();
    assertEquals(65537, channel.byteCount());
    MemoryChannels.Pair pair = MemoryChannels.pair(java.util.Set.of(), 100_000);
    Bytes.writeAll(pair.outgoing(), channel.bytes());
    assertEquals("n".repeat(65535), ChannelInput.over(pair.incoming(), Style.SMALLEST).readUTF());
  }

  @Test
  void malformedModifiedUtf8_isAnError() throws IOException {
    assertThrows(UTFDataFormatException.class, () -> inputOf(0, 1, 0xFF).readUTF());
    assertThrows(UTFDataFormatException.class, () -> inputOf(0, 1, 0xC3).readUTF());
    assertThrows(UTFDataFormatException.class, () -> inputOf(0, 2, 0xC3, 0x41).readUTF());
    assertThrows(UTFDataFormatException.class, () -> inputOf(0, 3, 0xE3, 0x80, 0x41).readUTF());
  }
}
