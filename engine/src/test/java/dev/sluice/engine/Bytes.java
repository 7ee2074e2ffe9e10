package dev.sluice.engine;

import dev.sluice.api.TransportChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;

/** Bytes for tests. */
final class Bytes {
  private Bytes() {}

  static byte[] random(long seed, int byteCount) {
    return random(new Random(seed), byteCount);
  }

  static byte[] random(Random random, int byteCount) {
    byte[] bytes = new byte[byteCount];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Returns bytes that differ from their neighbours and tell where they are: 0, 1, 2... 250, 0. */
  static byte[] counting(int byteCount) {
    byte[] bytes = new byte[byteCount];
    for (int i = 0; i < byteCount; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  /** Returns native memory with these bytes. */
  static MemorySegment nativeCopy(Arena arena, byte[] bytes) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
  }

  static byte[] of(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }

  static byte[] remaining(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  static void writeAll(TransportChannel channel, byte[] bytes) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  /** Reads to the end of the stream. */
  static byte[] readAll(TransportChannel channel) throws IOException {
    var all = new ByteArrayOutputStream();
    readAll(channel, all);
    return all.toByteArray();
  }

  /** Reads to the end of the stream or the first failure; {@code into} has what came before. */
  static void readAll(TransportChannel channel, ByteArrayOutputStream into) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    while (channel.read(buffer) >= 0) {
      into.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
  }
}
