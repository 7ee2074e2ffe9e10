package dev.sluice.tck.memory;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Set;

/** A position in a {@link MemoryFile}, guarded by this channel's monitor. */
final class MemoryFileChannel extends AbstractTransportChannel {
  private final MemoryFile file;
  private long position;

  MemoryFileChannel(MemoryFile file, ChannelInfo info, Direction direction) {
    super(info, direction, Set.of(ChannelFeature.SEEKABLE));
    this.file = file;
  }

  @Override
  protected synchronized long readInto(ByteBuffer[] targets, int offset, int length) {
    long start = position;
    for (int i = offset; i < offset + length; i++) {
      int byteCount = targets[i].hasRemaining() ? file.read(targets[i], position) : 0;
      if (byteCount < 0) {
        break;
      }
      position += byteCount;
    }
    return position == start ? -1 : position - start;
  }

  @Override
  protected synchronized long writeFrom(ByteBuffer[] sources, int offset, int length)
      throws IOException {
    long start = position;
    for (int i = offset; i < offset + length; i++) {
      if (sources[i].hasRemaining()) {
        position += file.write(sources[i], position);
      }
    }
    return position - start;
  }

  @Override
  protected void release(boolean completed) {}

  @Override
  public synchronized long position() throws IOException {
    requireOpen();
    return position;
  }

  @Override
  public synchronized void position(long newPosition) throws IOException {
    requireNotNegative(newPosition);
    requireOpen();
    position = newPosition;
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return file.size();
  }

  @Override
  public int readAt(ByteBuffer target, long from) throws IOException {
    requireNotNegative(from);
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("a buffer to read into is read-only");
    }
    return (int) reading(() -> target.hasRemaining() ? file.read(target, from) : 0);
  }

  @Override
  public int writeAt(ByteBuffer source, long to) throws IOException {
    requireNotNegative(to);
    return (int) writing(() -> source.hasRemaining() ? file.write(source, to) : 0);
  }

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private static void requireNotNegative(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + " is negative");
    }
  }
}
