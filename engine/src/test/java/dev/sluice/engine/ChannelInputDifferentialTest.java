package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.memory.MemoryChannels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the JDK writes, a {@link ChannelInput} reads; and it reads what the JDK reads. */
final class ChannelInputDifferentialTest {
  private static final int CAPACITY = 8 << 20;

  private interface Read {
    Object from(DataInput in) throws IOException;
  }

  private interface Check {
    void on(ChannelInput in) throws IOException;
  }

  /** Looks ahead between two reads, which must change nothing. */
  private static void lookAhead(ChannelInput in, byte[] all, Random random, EngineOptions options)
      throws IOException {
    int position = (int) in.position();
    int left = all.length - position;
    int offset = random.nextInt(Math.min(options.bufferBytes(), 2000));
    switch (random.nextInt(4)) {
      case 0 -> {
        int count = random.nextInt(Math.min(options.bufferBytes(), 2000) - offset + 1);
        int seen = Math.clamp(left - (long) offset, 0, count);
        byte[] expected =
            new ByteArrayInputStream(all, Math.min(position + offset, all.length), seen)
                .readAllBytes();
        assertArrayEquals(expected, Bytes.remaining(in.peek(offset, count)));
      }
      case 1 ->
          assertEquals(
              offset < left ? all[position + offset] & 0xFF : -1, in.peekByte(offset), "peekByte");
      case 2 -> assertEquals(left == 0, in.atEnd());
      default -> {}
    }
    assertEquals(position, in.position());
    assertEquals(position, in.transferred());
  }

  private static ChannelInput inputOver(
      byte[] all, Random random, Style style, EngineOptions options) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), CAPACITY);
    Bytes.writeAll(pair.outgoing(), all);
    pair.outgoing().close();
    return ChannelInput.over(style.of(pair.incoming(), random), options);
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.engine.Style#withOptions")
  void whatTheJdkWrote_isRead(Style style, EngineOptions options) {
    Seeded.rounds(
        ChannelInputDifferentialTest.class, 10, random -> readWritten(random, style, options));
  }

  private static void readWritten(Random random, Style style, EngineOptions options)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    List<Check> checks = new ArrayList<>();
    for (int i = random.nextInt(120); i >= 0; i--) {
      checks.add(write(out, random, options));
    }
    byte[] all = bytes.toByteArray();
    try (ChannelInput in = inputOver(all, random, style, options)) {
      for (Check check : checks) {
        lookAhead(in, all, random, options);
        check.on(in);
      }
      assertTrue(in.atEnd());
      assertEquals(all.length, in.transferred());
    }
  }

  private static Check write(DataOutputStream out, Random random, EngineOptions options)
      throws IOException {
    int i = random.nextInt();
    long l = random.nextLong();
    return switch (random.nextInt(14)) {
      case 0 -> {
        out.writeByte(i);
        yield in -> assertEquals((byte) i, in.readByte());
      }
      case 1 -> {
        out.writeByte(i);
        yield in -> assertEquals(i & 0xFF, in.readUnsignedByte());
      }
      case 2 -> {
        out.writeShort(i);
        yield in -> assertEquals((short) i, in.readShort());
      }
      case 3 -> {
        out.writeShort(i);
        yield in -> assertEquals(i & 0xFFFF, in.readUnsignedShort());
      }
      case 4 -> {
        out.writeInt(i);
        yield in -> assertEquals(i, in.readInt());
      }
      case 5 -> {
        out.writeInt(i);
        yield in -> assertEquals(Integer.toUnsignedLong(i), in.readUnsignedInt());
      }
      case 6 -> {
        out.writeLong(l);
        yield in -> assertEquals(l, in.readLong());
      }
      case 7 -> {
        out.writeChar(i);
        yield in -> assertEquals((char) i, in.readChar());
      }
      case 8 -> {
        out.writeFloat(Float.intBitsToFloat(i));
        yield in -> assertEquals(Float.intBitsToFloat(i), in.readFloat());
      }
      case 9 -> {
        out.writeDouble(Double.longBitsToDouble(l));
        yield in -> assertEquals(Double.longBitsToDouble(l), in.readDouble());
      }
      case 10 -> {
        String text = Values.anyText(random, Values.length(random, options));
        out.writeUTF(text);
        yield in -> assertEquals(text, in.readUTF());
      }
      case 11 -> {
        String text = Values.wellFormedText(random, random.nextInt(64));
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(utf8.length);
        out.write(utf8);
        boolean asText = random.nextBoolean();
        yield in -> {
          if (asText) {
            assertEquals(text, in.readCountedString());
          } else {
            assertArrayEquals(utf8, in.readCountedBytes());
          }
        };
      }
      case 12 -> {
        out.writeBoolean(i < 0);
        yield in -> assertEquals(i < 0, in.readBoolean());
      }
      default -> {
        byte[] raw = Bytes.random(random, Values.length(random, options));
        out.write(raw);
        yield readRaw(raw, random, options);
      }
    };
  }

  private static Check readRaw(byte[] raw, Random random, EngineOptions options) {
    return switch (random.nextInt(8)) {
      case 0 -> in -> assertArrayEquals(raw, take(in, raw.length));
      case 1 ->
          in -> {
            byte[] target = new byte[raw.length + 2];
            in.readFully(target, 1, raw.length);
            assertArrayEquals(raw, Arrays.copyOfRange(target, 1, raw.length + 1));
          };
      case 2 -> in -> assertArrayEquals(raw, fill(in, ByteBuffer.allocate(raw.length + 5)));
      case 3 -> in -> assertArrayEquals(raw, fill(in, ByteBuffer.allocateDirect(raw.length + 5)));
      case 4 ->
          in -> {
            MemorySegment target = Arena.ofAuto().allocate(raw.length + 9L);
            in.readFully(target, 9, raw.length);
            assertArrayEquals(raw, Bytes.of(target.asSlice(9)));
          };
      case 5 ->
          in -> {
            MemorySegment target = MemorySegment.ofArray(new byte[raw.length + 9]);
            in.readFully(target, 9, raw.length);
            assertArrayEquals(raw, Bytes.of(target.asSlice(9)));
          };
      case 6 ->
          in -> {
            for (int at = 0; at < raw.length; ) {
              int count = Math.min(options.bufferBytes(), raw.length - at);
              assertEquals(
                  ByteBuffer.wrap(raw, at, count), in.readInPlace(count).duplicate(), "in place");
              at += count;
            }
          };
      default -> in -> in.skipFully(raw.length);
    };
  }

  private static byte[] take(ChannelInput in, int count) throws IOException {
    byte[] target = new byte[count];
    in.readFully(target);
    return target;
  }

  private static byte[] fill(ChannelInput in, ByteBuffer target) throws IOException {
    target.position(2).limit(target.capacity() - 3);
    in.readFully(target);
    assertEquals(0, target.remaining());
    return Bytes.remaining(target.position(2));
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.engine.Style#withOptions")
  void randomReadsOfRandomBytes_giveWhatTheJdkGives_toTheEnd(Style style, EngineOptions options) {
    Seeded.rounds(
        ChannelInputDifferentialTest.class, 12, random -> readAnything(random, style, options));
  }

  private static void readAnything(Random random, Style style, EngineOptions options)
      throws IOException {
    byte[] all = Bytes.random(random, random.nextInt(6000));
    for (int i = random.nextInt(200); i >= 0 && all.length > 0; i--) {
      all[random.nextInt(all.length)] = (byte) (random.nextBoolean() ? '\n' : '\r');
    }
    var jdk = new DataInputStream(new ByteArrayInputStream(all));
    ChannelInput in = inputOver(all, random, style, options);
    while (true) {
      lookAhead(in, all, random, options);
      if (random.nextInt(5) == 0) {
        readSome(in, jdk, random, options);
        continue;
      }
      Read read = randomRead(random, options);
      Object expected = result(read, jdk);
      assertEquals(expected, result(read, in));
      if (expected == EOFException.class) {
        in.close();
        return;
      }
    }
  }

  private static Read randomRead(Random random, EngineOptions options) {
    int length = Values.length(random, options) / 4;
    return switch (random.nextInt(15)) {
      case 0 -> DataInput::readByte;
      case 1 -> DataInput::readUnsignedByte;
      case 2 -> DataInput::readShort;
      case 3 -> DataInput::readUnsignedShort;
      case 4 -> DataInput::readChar;
      case 5 -> DataInput::readInt;
      case 6 -> DataInput::readLong;
      case 7 -> DataInput::readBoolean;
      case 8 -> in -> Float.floatToRawIntBits(in.readFloat());
      case 9 -> in -> Double.doubleToRawLongBits(in.readDouble());
      case 10, 11 -> in -> String.valueOf(in.readLine());
      case 12 -> in -> in.skipBytes(length - 5);
      default ->
          in -> {
            byte[] target = new byte[length];
            in.readFully(target);
            return ByteBuffer.wrap(target);
          };
    };
  }

  private static Object result(Read read, DataInput in) throws IOException {
    try {
      return read.from(in);
    } catch (EOFException end) {
      return EOFException.class;
    }
  }

  /** A short read gives at least a byte, and they are the next ones; only the end gives -1. */
  private static void readSome(
      ChannelInput in, DataInputStream jdk, Random random, EngineOptions options)
      throws IOException {
    int room = Values.length(random, options) / 4;
    byte[] target = new byte[room];
    int count =
        random.nextBoolean()
            ? in.read(ByteBuffer.wrap(target))
            : in.asInputStream().read(target, 0, room);
    if (count < 0) {
      assertEquals(0, jdk.available());
    } else {
      assertTrue(count > 0 || room == 0, "a read that blocks returned 0");
      assertArrayEquals(jdk.readNBytes(count), Arrays.copyOf(target, count));
    }
  }
}
