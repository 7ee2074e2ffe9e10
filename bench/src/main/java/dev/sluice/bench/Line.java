package dev.sluice.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;

/**
 * A connection as what a transport's channel and a bare socket have in common.
 *
 * @param in where bytes come from
 * @param out where bytes go; the same object
 */
record Line(ScatteringByteChannel in, GatheringByteChannel out) implements Closeable {
  /** Returns false at an end before the first byte. */
  boolean fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        if (buffer.position() == 0) {
          return false;
        }
        throw new IOException("ended within a message");
      }
    }
    return true;
  }

  void drain(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
