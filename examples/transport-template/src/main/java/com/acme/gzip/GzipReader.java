package com.acme.gzip;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads what {@link GzipWriter}, or any other program, has compressed. */
final class GzipReader extends AbstractTransportChannel {
  private static final int BUFFER_BYTE_COUNT = 64 << 10;

  private final GZIPInputStream gzip;
  private final byte[] chunk = new byte[BUFFER_BYTE_COUNT];

  private GzipReader(TransportAddress address, GZIPInputStream gzip) {
    super(ChannelInfo.named(address.toString()), Direction.READ, Set.of());
    this.gzip = gzip;
  }

  /**
   * Opens a file.
   *
   * @throws TransportException if it is not one that was compressed
   */
  static GzipReader open(TransportAddress address, Path file) throws IOException {
    FileInputStream in = new FileInputStream(file.toFile());
    try {
      return new GzipReader(address, new GZIPInputStream(in, BUFFER_BYTE_COUNT));
    } catch (IOException notGzip) {
      in.close();
      throw explained(address.toString(), notGzip);
    }
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    int first = offset;
    while (!targets[first].hasRemaining()) {
      first++;
    }
    int count;
    try {
      count = gzip.read(chunk, 0, Math.min(targets[first].remaining(), chunk.length));
    } catch (IOException broken) {
      throw explained(info().name(), broken);
    }
    if (count > 0) {
      targets[first].put(chunk, 0, count);
    }
    return count;
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) {
    throw new AssertionError("the base class lets nobody write a channel that only reads");
  }

  @Override
  protected void release(boolean completed) throws IOException {
    gzip.close();
  }

  /** A file that was cut off must not look like one that ends. */
  private static IOException explained(String name, IOException failure) {
    String what =
        failure instanceof EOFException
            ? " is not complete"
            : failure instanceof ZipException
                ? " is damaged, or not a gzip file"
                : " is unreadable";
    return new TransportException(
        Kind.IO, name + what + ": " + failure.getMessage(), "check it with gzip -t", failure);
  }
}
