package dev.sluice.tck.memory;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A file that is a byte array; {@link #open} gives channels with {@link ChannelFeature#SEEKABLE}.
 *
 * <pre>{@code
 * var file = new MemoryFile();
 * try (TransportChannel channel = file.open(Direction.WRITE)) {
 *   channel.writeAt(page, 0x1000);
 * }
 * assertEquals(0x2000, file.content().length);   // 4 KiB of zeros, then the page
 * }</pre>
 *
 * <p>Channels write in place; {@code abort} undoes nothing. Any number may be open at once; each
 * has a position of its own. Safe for any thread.
 */
public final class MemoryFile {
  /** The longest array that every JVM can make. */
  private static final int GREATEST_SIZE = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int size;

  /** Creates an empty file. */
  public MemoryFile() {
    this(new byte[0]);
  }

  /**
   * Creates a file.
   *
   * @param content its bytes, copied
   */
  public MemoryFile(byte[] content) {
    bytes = content.clone();
    size = content.length;
  }

  /** Returns a copy of the bytes it holds now. */
  public synchronized byte[] content() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * Opens a channel at position 0; the caller ends it.
   *
   * @param direction what the channel may do; BOTH brings {@link ChannelFeature#DUPLEX} with it,
   *     and then reads and writes move one position, as in {@link java.nio.channels.FileChannel}
   */
  public TransportChannel open(Direction direction) {
    return new MemoryFileChannel(this, ChannelInfo.named("memory-file"), direction);
  }

  synchronized long size() {
    return size;
  }

  /** Returns how many bytes were read; -1 at or past the end. */
  synchronized int read(ByteBuffer target, long position) {
    if (position >= size) {
      return -1;
    }
    int byteCount = (int) Math.min(target.remaining(), size - position);
    target.put(bytes, (int) position, byteCount);
    return byteCount;
  }

  synchronized int write(ByteBuffer source, long position) throws TransportException {
    int byteCount = source.remaining();
    if (position > GREATEST_SIZE - byteCount) {
      throw new TransportException(
          Kind.IO,
          "a file in memory holds "
              + GREATEST_SIZE
              + " bytes, not "
              + byteCount
              + " at position "
              + position);
    }
    int end = (int) position + byteCount;
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(GREATEST_SIZE, Math.max(end, 2L * bytes.length)));
    }
    source.get(bytes, (int) position, byteCount);
    size = Math.max(size, end);
    return byteCount;
  }
}
