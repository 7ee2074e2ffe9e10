package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** The loops that finish short transfers. */
final class Streams {
  private static final int CHUNK = 64 << 10;

  private Streams() {}

  /** Writes all bytes of a buffer; fails where a write moves nothing. */
  static void writeFully(WritableByteChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      int byteCount = channel.write(source);
      assertTrue(
          byteCount > 0, () -> "a write of " + source + " in blocking mode gave " + byteCount);
    }
  }

  /** Writes the bytes of a pattern. */
  static void send(WritableByteChannel channel, Pattern pattern, long position, long byteCount)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    for (long sent = 0; sent < byteCount; sent += chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK, byteCount - sent));
      pattern.fill(chunk, position + sent);
      writeFully(channel, chunk.flip());
    }
  }

  /** Fills a buffer; fails where the stream ends before, or a read moves nothing. */
  static void readFully(ReadableByteChannel channel, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      int byteCount = channel.read(target);
      assertTrue(
          byteCount > 0, () -> "a read into " + target + " in blocking mode gave " + byteCount);
    }
  }

  /** Reads so many bytes, which have to be those of a pattern. */
  static void receive(ReadableByteChannel channel, Pattern pattern, long position, long byteCount)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    for (long received = 0; received < byteCount; received += chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK, byteCount - received));
      readFully(channel, chunk);
      pattern.verify(chunk.flip(), position + received);
    }
  }

  /** Reads to the end what has to be a pattern, and returns how many bytes there were. */
  static long receiveToTheEnd(ReadableByteChannel channel, Pattern pattern, long position)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    long received = 0;
    for (int byteCount; (byteCount = channel.read(chunk.clear())) >= 0; received += byteCount) {
      assertTrue(byteCount > 0, "a read with room in blocking mode gave 0");
      pattern.verify(chunk.flip(), position + received);
    }
    return received;
  }

  /** Reads one byte; -1 at the end. */
  static int readByte(ReadableByteChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    int byteCount = channel.read(one);
    assertTrue(byteCount != 0, "a read with room in blocking mode gave 0");
    return byteCount < 0 ? -1 : one.get(0) & 0xff;
  }

  static void writeByte(WritableByteChannel channel, int value) throws IOException {
    writeFully(channel, ByteBuffer.wrap(new byte[] {(byte) value}));
  }
}
