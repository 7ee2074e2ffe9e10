package dev.sluice.transport.file;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.Set;

/**
 * A channel that reads or writes a regular file, with positions.
 *
 * <p>Virtual threads call directly: transfers of regular files end by themselves, and the JDK lends
 * the scheduler another thread meanwhile.
 */
final class RegularFileChannel extends AbstractTransportChannel {
  private final FileTarget target;
  private final Direction direction;
  private final FileChannel file;
  private final FileEnd end;

  /** Where the stream starts; in a written file nothing but older bytes lies before. */
  private final long offset;

  /**
   * Takes over an open file.
   *
   * @param direction READ or WRITE
   * @param file at {@code offset}
   * @param end of {@code file}
   * @param offset where the stream starts
   */
  RegularFileChannel(
      FileTarget target, Direction direction, FileChannel file, FileEnd end, long offset) {
    super(target.info(), direction, Set.of(ChannelFeature.SEEKABLE));
    this.target = target;
    this.direction = direction;
    this.file = file;
    this.end = end;
    this.offset = offset;
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    return read(() -> file.read(targets, offset, length));
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    return write(() -> file.write(sources, offset, length));
  }

  @Override
  public int readAt(ByteBuffer buffer, long position) throws IOException {
    requirePosition(position);
    int room = buffer.remaining();
    if (position > Long.MAX_VALUE - room) {
      // No file reaches that far, and the system call fails instead of telling the end.
      return (int) reading(() -> -1);
    }
    return (int) reading(() -> room > 0 ? read(() -> file.read(buffer, position)) : 0);
  }

  @Override
  public int writeAt(ByteBuffer buffer, long position) throws IOException {
    requirePosition(position);
    return (int)
        writing(() -> buffer.hasRemaining() ? write(() -> file.write(buffer, position)) : 0);
  }

  @Override
  public long position() throws IOException {
    return looking(file::position);
  }

  @Override
  public void position(long position) throws IOException {
    requirePosition(position);
    Transfer move =
        () -> {
          file.position(position);
          return position;
        };
    if (direction.reads()) {
      reading(move);
    } else {
      writing(move);
    }
  }

  @Override
  public long size() throws IOException {
    return looking(file::size);
  }

  private static void requirePosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("negative position: " + position);
    }
  }

  private long read(Transfer call) throws IOException {
    try {
      return call.run();
    } catch (IOException failure) {
      throw FileFailure.moving(
          Kind.IO, "reading " + target.description(), byteCount(), null, failure);
    }
  }

  private long write(Transfer call) throws IOException {
    try {
      return call.run();
    } catch (IOException failure) {
      throw end.failed(full("writing ", byteCount(), failure));
    }
  }

  private IOException full(String doing, long byteCount, IOException failure) {
    String hint = FileFailure.spaceHint(target.path());
    return FileFailure.moving(Kind.IO, doing + target.description(), byteCount, hint, failure);
  }

  /** How far it went, for a message; kernel copies count too. -1 if the file is closed. */
  private long byteCount() {
    try {
      return (direction.reads() ? file.position() : file.size()) - offset;
    } catch (IOException closed) {
      return -1;
    }
  }

  @Override
  public Optional<Channel> nioChannel() {
    return Optional.of(file);
  }

  @Override
  protected boolean isDelivered() {
    return end.isPublished();
  }

  @Override
  public Optional<String> remains() {
    return end.remains();
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (!completed) {
      end.abandon();
      return;
    }
    long byteCount = byteCount();
    try {
      end.complete();
    } catch (IOException failure) {
      throw full("completing ", byteCount, failure);
    }
  }
}
