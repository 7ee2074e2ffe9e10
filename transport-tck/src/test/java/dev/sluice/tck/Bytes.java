package dev.sluice.tck;

import dev.sluice.api.TransportChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Bytes for tests, and the loops that finish short transfers. */
public final class Bytes {
  private Bytes() {}

  public static ByteBuffer of(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] random(long seed, int byteCount) {
    byte[] bytes = new byte[byteCount];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  public static void writeAll(TransportChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  public static byte[] readAll(TransportChannel channel) throws IOException {
    var all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toByteArray();
  }

  /** Returns the text of one read of at most so many bytes. */
  public static String read(TransportChannel channel, int byteCount) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(byteCount);
    channel.read(buffer);
    return text(buffer);
  }

  /** Returns the text up to the position. */
  public static String text(ByteBuffer buffer) {
    return StandardCharsets.UTF_8.decode(buffer.duplicate().flip()).toString();
  }
}
