package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.tck.memory.MemoryChannels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a {@link ChannelOutput} writes, the JDK reads; and it writes what the JDK writes. */
final class ChannelOutputDifferentialTest {
  private static final int CAPACITY = 8 << 20;

  private interface ToOutput {
    void write(ChannelOutput out) throws IOException;
  }

  private interface ToReference {
    void write(DataOutputStream reference) throws IOException;
  }

  private interface FromReference {
    void check(DataInputStream in) throws IOException;
  }

  private record Step(String name, ToOutput output, ToReference reference, FromReference check) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.engine.Style#withOptions")
  void randomWrites_areWhatTheJdkReads(Style style, EngineOptions options) {
    Seeded.rounds(
        ChannelOutputDifferentialTest.class, 12, random -> roundTrip(random, style, options));
  }

  private static void roundTrip(Random random, Style style, EngineOptions options)
      throws IOException {
    List<Step> steps = new ArrayList<>();
    var expected = new ByteArrayOutputStream();
    var reference = new DataOutputStream(expected);
    for (int i = random.nextInt(150); i >= 0; i--) {
      Step step = randomStep(random, options);
      steps.add(step);
      step.reference.write(reference);
    }
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), CAPACITY);
    try (ChannelOutput out = ChannelOutput.over(style.of(pair.outgoing(), random), options)) {
      long flushed = 0;
      for (Step step : steps) {
        step.output.write(out);
        assertEquals(true, flushed <= out.flushed(), "flushed() went down");
        flushed = out.flushed();
      }
      assertEquals(expected.size(), out.transferred());
      out.finish();
      assertEquals(expected.size(), out.flushed());
    }
    byte[] written = Bytes.readAll(pair.incoming());
    assertArrayEquals(expected.toByteArray(), written, () -> "steps " + steps);
    var in = new DataInputStream(new ByteArrayInputStream(written));
    for (Step step : steps) {
      step.check.check(in);
    }
    assertEquals(-1, in.read());
  }

  private static Step randomStep(Random random, EngineOptions options) {
    return switch (random.nextInt(5)) {
      case 0, 1 -> scalar(random);
      case 2 -> text(random, options);
      case 3 -> bytes(random, options);
      default -> borrowed(random, options);
    };
  }

  private static Step scalar(Random random) {
    int i = random.nextInt();
    long l = random.nextLong();
    float f = Float.intBitsToFloat(i);
    double d = Double.longBitsToDouble(l);
    return switch (random.nextInt(9)) {
      case 0 ->
          new Step(
              "byte",
              out -> out.writeByte(i),
              to -> to.writeByte(i),
              in -> assertEquals((byte) i, in.readByte()));
      case 1 ->
          new Step(
              "write",
              out -> out.write(i),
              to -> to.write(i),
              in -> assertEquals(i & 0xFF, in.readUnsignedByte()));
      case 2 ->
          new Step(
              "short",
              out -> out.writeShort(i),
              to -> to.writeShort(i),
              in -> assertEquals((short) i, in.readShort()));
      case 3 ->
          new Step(
              "char",
              out -> out.writeChar(i),
              to -> to.writeChar(i),
              in -> assertEquals((char) i, in.readChar()));
      case 4 ->
          new Step(
              "int",
              out -> out.writeInt(i),
              to -> to.writeInt(i),
              in -> assertEquals(i, in.readInt()));
      case 5 ->
          new Step(
              "long",
              out -> out.writeLong(l),
              to -> to.writeLong(l),
              in -> assertEquals(l, in.readLong()));
      case 6 ->
          new Step(
              "boolean",
              out -> out.writeBoolean(i < 0),
              to -> to.writeBoolean(i < 0),
              in -> assertEquals(i < 0, in.readBoolean()));
      case 7 ->
          new Step(
              "float",
              out -> out.writeFloat(f),
              to -> to.writeFloat(f),
              in -> assertEquals(f, in.readFloat()));
      default ->
          new Step(
              "double",
              out -> out.writeDouble(d),
              to -> to.writeDouble(d),
              in -> assertEquals(d, in.readDouble()));
    };
  }

  private static Step text(Random random, EngineOptions options) {
    String any = Values.anyText(random, Values.length(random, options));
    String name = Values.wellFormedText(random, random.nextInt(64));
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(5)) {
      case 0 ->
          new Step(
              "bytes of text",
              out -> out.writeBytes(any),
              to -> to.writeBytes(any),
              in -> {
                for (int i = 0; i < any.length(); i++) {
                  assertEquals((byte) any.charAt(i), in.readByte());
                }
              });
      case 1 ->
          new Step(
              "chars",
              out -> out.writeChars(any),
              to -> to.writeChars(any),
              in -> {
                for (int i = 0; i < any.length(); i++) {
                  assertEquals(any.charAt(i), in.readChar());
                }
              });
      case 2 ->
          new Step(
              "UTF",
              out -> out.writeUTF(any),
              to -> to.writeUTF(any),
              in -> assertEquals(any, in.readUTF()));
      default ->
          new Step(
              "counted string",
              out -> out.writeCountedString(name),
              to -> {
                to.writeByte(utf8.length);
                to.write(utf8);
              },
              in -> assertArrayEquals(utf8, in.readNBytes(in.readUnsignedByte())));
    };
  }

  private static Step bytes(Random random, EngineOptions options) {
    byte[] all = Bytes.random(random, Values.length(random, options));
    int from = random.nextInt(all.length + 1);
    int count = random.nextInt(all.length - from + 1);
    byte[] part = new ByteArrayInputStream(all, from, count).readAllBytes();
    return switch (random.nextInt(8)) {
      case 0 -> raw("array", all, out -> out.write(all));
      case 1 -> raw("part of an array", part, out -> out.write(all, from, count));
      case 2 -> raw("heap buffer", part, out -> write(out, ByteBuffer.wrap(all, from, count)));
      case 3 ->
          raw("sliced buffer", part, out -> write(out, ByteBuffer.wrap(all).slice(from, count)));
      case 4 ->
          raw(
              "read-only buffer",
              part,
              out -> write(out, ByteBuffer.wrap(all, from, count).asReadOnlyBuffer()));
      case 5 -> {
        ByteBuffer direct = ByteBuffer.allocateDirect(all.length).put(all).flip();
        yield raw("direct buffer", part, out -> write(out, direct.duplicate().slice(from, count)));
      }
      case 6 -> raw("stream", part, out -> out.asOutputStream().write(all, from, count));
      default ->
          raw(
              "array, flush",
              all,
              out -> {
                out.write(all);
                out.flush();
              });
    };
  }

  private static void write(ChannelOutput out, ByteBuffer source) throws IOException {
    int count = source.remaining();
    assertEquals(count, out.write(source));
    assertEquals(0, source.remaining());
  }

  private static Step borrowed(Random random, EngineOptions options) {
    byte[] all = Bytes.random(random, Values.length(random, options));
    int from = random.nextInt(all.length + 1);
    int count = random.nextInt(all.length - from + 1);
    int cut = random.nextInt(count + 1);
    byte[] part = new ByteArrayInputStream(all, from, count).readAllBytes();
    MemorySegment heap = MemorySegment.ofArray(all.clone());
    MemorySegment memory = Bytes.nativeCopy(Arena.ofAuto(), all);
    MemorySegment bytesOfLongs = heapOfLongs(part);
    return switch (random.nextInt(5)) {
      case 0 -> raw("heap", part, out -> out.writeBorrowed(heap, from, count, AfterFlush.RELEASE));
      case 1 -> raw("native", part, out -> out.writeBorrowed(memory, from, count, AfterFlush.KEEP));
      case 2 ->
          raw("long[]", part, out -> out.writeBorrowed(bytesOfLongs, 0, count, AfterFlush.KEEP));
      case 3 ->
          raw(
              "read-only native",
              part,
              out -> out.writeBorrowed(memory.asReadOnly(), from, count, AfterFlush.KEEP));
      default ->
          raw(
              "neighbours",
              part,
              out -> {
                out.writeBorrowed(memory, from, cut, AfterFlush.KEEP);
                out.writeBorrowed(memory, from + (long) cut, count - cut, AfterFlush.KEEP);
              });
    };
  }

  /** Heap memory that is no byte array. */
  private static MemorySegment heapOfLongs(byte[] bytes) {
    MemorySegment longs = MemorySegment.ofArray(new long[bytes.length / 8 + 1]);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, longs, 0, bytes.length);
    return longs;
  }

  private static Step raw(String name, byte[] expected, ToOutput output) {
    return new Step(
        name + "*" + expected.length,
        output,
        to -> to.write(expected),
        in -> assertArrayEquals(expected, in.readNBytes(expected.length)));
  }
}
