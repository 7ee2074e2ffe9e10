package com.acme.gzip;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Writes {@code FILE.part}, which becomes {@code FILE} when it is complete. */
final class GzipWriter extends AbstractTransportChannel {
  private final Path file;
  private final FileOutputStream out;
  private final Gzip gzip;

  /** The last thing that was read from a buffer of the caller. */
  private final byte[] chunk = new byte[Gzip.BUFFER_BYTE_COUNT];

  /** Guarded by this; set by whichever of the two ends comes first. */
  private boolean ended;

  private volatile boolean delivered;

  /** Lets one choose the level, which the JDK's class does not offer. */
  private static final class Gzip extends GZIPOutputStream {
    static final int BUFFER_BYTE_COUNT = 64 << 10;

    Gzip(FileOutputStream out, int level) throws IOException {
      super(out, BUFFER_BYTE_COUNT);
      def.setLevel(level);
    }

    void free() {
      def.end();
    }
  }

  private GzipWriter(TransportAddress address, Path file, FileOutputStream out, int level)
      throws IOException {
    super(ChannelInfo.named(address.toString()), Direction.WRITE, Set.of());
    this.file = file;
    this.out = out;
    this.gzip = new Gzip(out, level);
  }

  /**
   * Starts a file.
   *
   * @throws IOException if it cannot be made, or somebody else is making it
   */
  static GzipWriter create(TransportAddress address, Path file, int level) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileAlreadyExistsException(file.toString(), null, "it is a folder");
    }
    Path part = Files.createFile(part(file));
    FileOutputStream out = null;
    try {
      out = new FileOutputStream(part.toFile());
      return new GzipWriter(address, file, out, level);
    } catch (IOException failed) {
      if (out != null) {
        out.close();
      }
      Files.delete(part);
      throw failed;
    }
  }

  static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    long byteCount = 0;
    for (int i = offset; i < offset + length; i++) {
      while (sources[i].hasRemaining()) {
        int count = Math.min(sources[i].remaining(), chunk.length);
        sources[i].get(chunk, 0, count);
        gzip.write(chunk, 0, count);
        byteCount += count;
      }
    }
    return byteCount;
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) {
    throw new AssertionError("the base class lets nobody read a channel that only writes");
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (completed) {
      gzip.finish();
      out.getFD().sync();
      publish();
    } else {
      undo();
    }
  }

  /** The name is given and taken back by one thread only, whoever comes first. */
  private synchronized void publish() throws IOException {
    if (ended) {
      throw new ClosedChannelException();
    }
    out.close();
    Files.move(part(file), file, StandardCopyOption.ATOMIC_MOVE);
    ended = true;
    delivered = true;
    gzip.free();
  }

  private synchronized void undo() throws IOException {
    if (!ended) {
      ended = true;
      try (out) {
        Files.deleteIfExists(part(file));
      } finally {
        gzip.free();
      }
    }
  }

  @Override
  protected boolean isDelivered() {
    return delivered;
  }
}
