package dev.sluice.transport.file;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.Set;

/** A channel over a FIFO, a device or a standard stream: bytes in order only, one direction. */
final class SequentialFileChannel extends AbstractTransportChannel {
  private final String description;
  private final Kind writeFailure;
  private final FileChannel file;
  private final FileEnd end;
  private final PlatformCalls calls;

  /** Bytes moved by this channel; used by the one thread that is inside a transfer. */
  private long byteCount;

  /** Somebody moves bytes past this channel, which therefore cannot tell how many they were. */
  private volatile boolean lent;

  /** A FIFO may get another writer, a terminal another line: the end stays the end. */
  private boolean atEnd;

  private SequentialFileChannel(
      ChannelInfo info,
      Direction direction,
      String description,
      Kind writeFailure,
      FileChannel file,
      boolean fsync,
      boolean keepsBytes) {
    super(info, direction, Set.of());
    this.description = description;
    this.writeFailure = writeFailure;
    this.file = file;
    this.end =
        new FileEnd(
            file,
            fsync,
            keepsBytes && direction.writes() ? Publication.inPlace(description) : Publication.NONE);
    this.calls = new PlatformCalls("sluice-io " + info.name());
  }

  /**
   * Takes over an open FIFO or device.
   *
   * @param direction READ or WRITE
   * @param fsync whether a close syncs
   */
  static SequentialFileChannel over(
      FileTarget target, Direction direction, FileChannel file, boolean fsync) {
    // A write to a FIFO fails for one reason: its reader went away.
    Kind writeFailure = target.kind() == FileKind.FIFO ? Kind.RESET : Kind.IO;
    return new SequentialFileChannel(
        target.info(),
        direction,
        target.description(),
        writeFailure,
        file,
        fsync,
        target.kind().keepsBytes());
  }

  /**
   * Takes over a standard stream.
   *
   * @param name of the channel
   * @param description for messages
   * @param keepsBytes whether what is written stays; it is synced then
   */
  static SequentialFileChannel overStandardStream(
      String name, Direction direction, String description, FileChannel file, boolean keepsBytes) {
    return new SequentialFileChannel(
        ChannelInfo.named(name), direction, description, Kind.IO, file, keepsBytes, keepsBytes);
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    if (atEnd) {
      return -1;
    }
    try {
      long read = calls.make(() -> file.read(targets, offset, length));
      atEnd = read < 0;
      byteCount += Math.max(0, read);
      return read;
    } catch (IOException failure) {
      throw FileFailure.moving(Kind.IO, "reading " + description, byteCount, null, failure);
    }
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    try {
      long written = calls.make(() -> file.write(sources, offset, length));
      byteCount += written;
      return written;
    } catch (IOException failure) {
      throw end.failed(
          FileFailure.moving(
              writeFailure, "writing " + description, lent ? -1 : byteCount, null, failure));
    }
  }

  @Override
  public Optional<Channel> nioChannel() {
    lent = true;
    return Optional.of(file);
  }

  @Override
  public Optional<String> remains() {
    return end.remains();
  }

  @Override
  protected void release(boolean completed) throws IOException {
    try (calls) {
      if (completed) {
        end.complete();
      } else {
        end.abandon();
      }
    }
  }
}
