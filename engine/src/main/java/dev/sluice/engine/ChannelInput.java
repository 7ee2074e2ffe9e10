package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The reading half of a channel: QEMU's input file.
 *
 * <p>Names and meaning are those of {@link DataInput}: big-endian. See {@link HalfChannel} for
 * ownership, threads and errors.
 *
 * <h2>The end is a state, not an error</h2>
 *
 * {@link #atEnd} blocks for a byte or the end; {@link #read(ByteBuffer)} gives -1 there, {@link
 * #peek} fewer bytes, {@link #peekByte} -1. All of these may be repeated. A call that promises
 * bytes throws {@link TruncatedStreamException} when the stream ends before it has them, and that
 * is kept as the first error. Whether the end came at a clean boundary only the stream's format
 * knows.
 */
public final class ChannelInput extends BufferedInput implements ReadableByteChannel {
  private final TransportChannel channel;

  /** Only {@link SharedChannel} makes one. */
  ChannelInput(SharedChannel shared) {
    super(shared);
    channel = shared.channel();
  }

  /**
   * Returns an input over a channel, with {@link EngineOptions#DEFAULTS}.
   *
   * @param channel taken over, see {@link HalfChannel}
   */
  public static ChannelInput over(TransportChannel channel) {
    return over(channel, EngineOptions.DEFAULTS);
  }

  /**
   * Returns an input over a channel.
   *
   * @param channel taken over, see {@link HalfChannel}
   * @param options sizes, for the return path too
   */
  public static ChannelInput over(TransportChannel channel, EngineOptions options) {
    return new SharedChannel(channel, options).input();
  }

  /**
   * Returns the writing half of the same channel: the same object each time.
   *
   * @throws FeatureUnsupportedException if the channel lacks {@link ChannelFeature#DUPLEX}
   */
  public ChannelOutput returnPath() {
    return shared().output();
  }

  @Override
  public String readUTF() throws IOException {
    return DataInputStream.readUTF(this);
  }

  @Override
  public void readFully(byte[] target, int offset, int byteCount) throws IOException {
    Objects.checkFromIndexSize(offset, byteCount, target.length);
    readFully(MemorySegment.ofArray(target), offset, byteCount);
  }

  /**
   * Fills a buffer. A large direct one is filled without a copy.
   *
   * @param target filled up to its limit
   * @throws TruncatedStreamException if the stream ends before it is full
   * @throws IOException the first error
   */
  public void readFully(ByteBuffer target) throws IOException {
    readFully(MemorySegment.ofBuffer(target), 0, target.remaining());
    target.position(target.limit());
  }

  /**
   * Fills memory. Large native memory is filled without a copy.
   *
   * @param target where the bytes go
   * @param offset where they start in it
   * @param byteCount how many they are
   * @throws TruncatedStreamException if the stream ends before it has them
   * @throws IOException the first error
   */
  public void readFully(MemorySegment target, long offset, long byteCount) throws IOException {
    Objects.checkFromIndexSize(offset, byteCount, target.byteSize());
    long done = 0;
    while (done < byteCount) {
      int moved = readSome(target, offset + done, byteCount - done);
      if (moved < 0) {
        throw truncated(byteCount, done, position() - done);
      }
      done += moved;
    }
  }

  /**
   * Reads what there is, at least one byte.
   *
   * @return how many; -1 at the end, 0 if {@code target} has no room
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    requireUsable();
    if (!target.hasRemaining()) {
      return 0;
    }
    int moved = readSome(MemorySegment.ofBuffer(target), 0, target.remaining());
    if (moved > 0) {
      target.position(target.position() + moved);
    }
    return moved;
  }

  /** Moves at least one byte, or returns -1 at the end; past the buffer where that saves a copy. */
  private int readSome(MemorySegment target, long offset, long byteCount) throws IOException {
    if (next == limit) {
      if (target.isNative() && byteCount >= buffer.capacity()) {
        int atMost = (int) Math.min(byteCount, IoVector.MAX_VIEW_BYTES);
        int moved = receive(target.asSlice(offset, atMost).asByteBuffer());
        transferredBeforeBuffer += Math.max(moved, 0);
        return moved;
      }
      if (fill() < 0) {
        return -1;
      }
    }
    int part = (int) Math.min(limit - next, byteCount);
    MemorySegment.copy(
        buffer.segment(), ValueLayout.JAVA_BYTE, next, target, ValueLayout.JAVA_BYTE, offset, part);
    next += part;
    return part;
  }

  @Override
  public int skipBytes(int byteCount) throws IOException {
    return (int) skip(Math.max(byteCount, 0));
  }

  /**
   * Takes bytes and drops them; any number, past the buffer too.
   *
   * @param byteCount how many, not negative
   * @throws TruncatedStreamException if the stream ends before it has them
   * @throws IOException the first error
   */
  public void skipFully(long byteCount) throws IOException {
    if (byteCount < 0) {
      throw new IllegalArgumentException("cannot skip " + byteCount + " bytes");
    }
    long skipped = skip(byteCount);
    if (skipped < byteCount) {
      throw truncated(byteCount, skipped, position() - skipped);
    }
  }

  /** Skips to the end at most. */
  private long skip(long byteCount) throws IOException {
    long done = 0;
    while (done < byteCount) {
      if (next == limit && fill() < 0) {
        break;
      }
      int part = (int) Math.min(limit - next, byteCount - done);
      next += part;
      done += part;
    }
    return done;
  }

  /**
   * Moves bytes to another channel, by the kernel where this channel is a file and both ends are
   * JDK channels and the caller is a platform thread: a kernel copy by a virtual thread could not
   * be woken.
   *
   * <p>While {@code target} blocks, {@link #shutdown} and {@link #close} of this half-channel do
   * not end the call; end the target.
   *
   * @param target receives them; a {@link TransportChannel} or any other channel in blocking mode
   * @param atMost how many, not negative; {@link Long#MAX_VALUE}: all there are
   * @return how many they were: fewer than {@code atMost} only if the stream ended
   * @throws IOException the first error of this half-channel, which keeps it; or what {@code
   *     target} threw, which it does not
   */
  public long transferTo(WritableByteChannel target, long atMost) throws IOException {
    if (atMost < 0) {
      throw new IllegalArgumentException("cannot transfer " + atMost + " bytes");
    }
    KernelCopy kernel = KernelCopy.of(channel, target);
    long done = 0;
    while (done < atMost) {
      if (next == limit) {
        long copied = kernelCopy(kernel, atMost - done);
        done += copied;
        if (copied > 0) {
          continue;
        }
        if (fill() < 0) {
          break;
        }
      }
      int part = (int) Math.min(limit - next, atMost - done);
      ByteBuffer bytes = buffer.bytes().slice(next, part);
      while (bytes.hasRemaining()) {
        int moved = target.write(bytes);
        if (moved == 0 && target instanceof TransportChannel slow && !slow.isBlocking()) {
          slow.awaitWritable(LONG);
        }
        next += moved;
        done += moved;
      }
    }
    return done;
  }

  /** Returns how many bytes the kernel moved; 0: it cannot, or the file is at its end. */
  private long kernelCopy(KernelCopy kernel, long atMost) throws IOException {
    requireUsable();
    try {
      long moved = kernel.copy(atMost);
      received += moved;
      transferredBeforeBuffer += moved;
      return moved;
    } catch (ClosedChannelException ended) {
      throw channel.isOpen() && firstError().isEmpty() ? ended : failed(ended);
    }
  }

  /**
   * Reads at a position and leaves {@link #position()} alone. Needs {@link
   * ChannelFeature#SEEKABLE}.
   *
   * @param target filled up to its limit
   * @param position bytes from the start of the medium
   * @throws TruncatedStreamException if the medium ends before it is full
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException the first error
   */
  public void readAt(ByteBuffer target, long position) throws IOException {
    requireSeekable();
    requirePosition(position);
    requireUsable();
    int start = target.position();
    try {
      while (target.hasRemaining()) {
        int had = target.position() - start;
        if (channel.readAt(target, position + had) <= 0) {
          throw new TruncatedStreamException(
              channel.info().name(), target.limit() - start, had, position);
        }
      }
    } catch (Throwable thrown) {
      throw failed(thrown);
    } finally {
      transferredBeforeBuffer += target.position() - start;
    }
  }

  /**
   * Moves the position of the next byte; drops what waits in the buffer. Needs {@link
   * ChannelFeature#SEEKABLE}.
   *
   * @param position bytes from the start, not negative
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException the first error
   */
  public void position(long position) throws IOException {
    requireSeekable();
    requirePosition(position);
    requireUsable();
    emptyWindow();
    try {
      channel.position(position);
    } catch (Throwable thrown) {
      throw failed(thrown);
    }
  }

  /**
   * Returns the length of the medium. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException the first error
   */
  public long size() throws IOException {
    requireSeekable();
    requireUsable();
    try {
      return channel.size();
    } catch (Throwable thrown) {
      throw failed(thrown);
    }
  }

  /**
   * Ends reading, and wakes an owner that is blocked in it: it gets {@link
   * AsynchronousCloseException}. The output of the channel goes on, unless the reader can be woken
   * only by an abort because the channel lacks {@link ChannelFeature#SHUTDOWN}.
   *
   * @throws IOException see {@link HalfChannel#close}
   */
  @Override
  public void close() throws IOException {
    if (!beginClose()) {
      return;
    }
    // The reader says that it reads, then looks whether it is closed; we do it the other way round.
    if (readerLock.isLocked()) {
      wakeReader();
      awaitReader();
    }
    shared().leave(this);
  }

  private void wakeReader() {
    try {
      if (channel.features().contains(ChannelFeature.SHUTDOWN)) {
        channel.shutdown(Direction.READ);
        return;
      }
    } catch (IOException alreadyGone) {
      // Then the abort below finds nothing to do.
    }
    channel.abort();
  }

  /** Closing the channel with a reader inside would be an abort, and cost what was finished. */
  private void awaitReader() {
    try {
      if (readerLock.tryLock(1, TimeUnit.SECONDS)) {
        readerLock.unlock();
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns this input as a stream; its {@code close} closes this half. */
  public InputStream asInputStream() {
    return new InputView(this);
  }
}
