package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
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
import java.nio.charset.CharacterCodingException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
public final class ChannelInput extends HalfChannel implements DataInput, ReadableByteChannel {
  /** The largest power of two that a ByteBuffer can hold. */
  private static final int MAX_VIEW_BYTES = 1 << 30;

  private final TransportChannel channel;
  private final ByteBuffer buffer;
  private final MemorySegment bufferMemory;

  /** The window: bytes that were read from the channel and not yet by the user. */
  private int next;

  private int limit;

  /** {@link #transferred} less {@link #next}, so that a small value moves one number only. */
  private long transferredBeforeBuffer;

  /** What the channel gave to this half, {@link #readAt} left out. */
  private long received;

  /** Tells a closing thread whether there is somebody to wake; see {@link #close}. */
  private volatile boolean reading;

  /** Only {@link SharedChannel} makes one. */
  ChannelInput(SharedChannel shared) {
    super(shared);
    channel = shared.channel();
    buffer = ByteBuffer.allocateDirect(shared.options().bufferBytes());
    bufferMemory = MemorySegment.ofBuffer(buffer);
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
  public byte readByte() throws IOException {
    int at = next;
    if (at >= limit) {
      at = require(1);
    }
    next = at + 1;
    return buffer.get(at);
  }

  @Override
  public short readShort() throws IOException {
    int at = next;
    if (limit - at < Short.BYTES) {
      at = require(Short.BYTES);
    }
    next = at + Short.BYTES;
    return buffer.getShort(at);
  }

  @Override
  public int readInt() throws IOException {
    int at = next;
    if (limit - at < Integer.BYTES) {
      at = require(Integer.BYTES);
    }
    next = at + Integer.BYTES;
    return buffer.getInt(at);
  }

  @Override
  public long readLong() throws IOException {
    int at = next;
    if (limit - at < Long.BYTES) {
      at = require(Long.BYTES);
    }
    next = at + Long.BYTES;
    return buffer.getLong(at);
  }

  @Override
  public int readUnsignedByte() throws IOException {
    return readByte() & 0xff;
  }

  @Override
  public int readUnsignedShort() throws IOException {
    return readShort() & 0xffff;
  }

  /**
   * Reads four bytes as an unsigned number.
   *
   * @throws TruncatedStreamException if the stream ends before it has them
   * @throws IOException the first error
   */
  public long readUnsignedInt() throws IOException {
    return readInt() & 0xffff_ffffL;
  }

  @Override
  public boolean readBoolean() throws IOException {
    return readByte() != 0;
  }

  @Override
  public char readChar() throws IOException {
    return (char) readShort();
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat(readInt());
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(readLong());
  }

  @Override
  public String readUTF() throws IOException {
    return DataInputStream.readUTF(this);
  }

  @Override
  public @Nullable String readLine() throws IOException {
    if (atEnd()) {
      return null;
    }
    StringBuilder line = new StringBuilder();
    while (!atEnd()) {
      char c = (char) readUnsignedByte();
      if (c == '\r' && peekByte(0) == '\n') {
        readByte();
      }
      if (c == '\r' || c == '\n') {
        break;
      }
      line.append(c);
    }
    return line.toString();
  }

  /**
   * Reads a string the way QEMU names things: one byte for the length, then UTF-8.
   *
   * @throws TruncatedStreamException if the stream ends before it has them
   * @throws CharacterCodingException if the text is malformed; kept as the first error
   * @throws IOException the first error
   */
  public String readCountedString() throws IOException {
    try {
      return CountedStrings.decode(readCountedBytes());
    } catch (CharacterCodingException malformed) {
      throw failed(malformed);
    }
  }

  /**
   * Reads bytes that are preceded by one byte with their number.
   *
   * @throws TruncatedStreamException if the stream ends before it has them
   * @throws IOException the first error
   */
  public byte[] readCountedBytes() throws IOException {
    int byteCount = buffer.get(require(1)) & 0xff;
    int at = require(1 + byteCount);
    byte[] bytes = new byte[byteCount];
    buffer.get(at + 1, bytes);
    next = at + 1 + byteCount;
    return bytes;
  }

  @Override
  public void readFully(byte[] target) throws IOException {
    readFully(target, 0, target.length);
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
    requireReadable();
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
        int atMost = (int) Math.min(byteCount, MAX_VIEW_BYTES);
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
        bufferMemory, ValueLayout.JAVA_BYTE, next, target, ValueLayout.JAVA_BYTE, offset, part);
    next += part;
    return part;
  }

  /** Leaves the window: makes it hold that many bytes, and returns where they start. */
  private int require(int byteCount) throws IOException {
    while (limit - next < byteCount) {
      if (fill() < 0) {
        throw truncated(byteCount, limit - next, position());
      }
    }
    return next;
  }

  private IOException truncated(long wanted, long had, long position) {
    dropWindow();
    return failed(new TruncatedStreamException(channel.info().name(), wanted, had, position));
  }

  /** Reads once into the buffer, after moving what is left to its front; -1 at the end. */
  private int fill() throws IOException {
    requireReadable();
    int left = limit - next;
    if (next > 0) {
      buffer.put(0, buffer, next, left);
      transferredBeforeBuffer += next;
      next = 0;
      limit = left;
    }
    int moved = receive(buffer.clear().position(left));
    limit = left + Math.max(moved, 0);
    return moved;
  }

  /** An error empties the window, so that the next call meets it. */
  private void requireReadable() throws IOException {
    try {
      requireUsable();
    } catch (IOException | RuntimeException unusable) {
      dropWindow();
      throw unusable;
    }
  }

  private void dropWindow() {
    transferredBeforeBuffer += next;
    next = 0;
    limit = 0;
  }

  /** Reads from the channel: at least one byte, or -1 at the end and only there. */
  private int receive(ByteBuffer target) throws IOException {
    requireReadable();
    reading = true;
    try {
      int moved = isOpen() ? receiveSome(target) : -1;
      received += Math.max(moved, 0);
      if (moved < 0) {
        requireRealEnd();
      }
      return moved;
    } catch (Throwable thrown) {
      dropWindow();
      throw failed(thrown);
    } finally {
      reading = false;
    }
  }

  private int receiveSome(ByteBuffer target) throws IOException {
    while (true) {
      int moved = channel.read(target);
      if (moved != 0) {
        return moved;
      }
      if (channel.isBlocking()) {
        throw new TransportException(
            Kind.IO, "channel " + channel.info().name() + " broke its contract: read 0 bytes");
      }
      channel.awaitReadable(LONG);
    }
  }

  /** A stop on this side looks like the peer's end: whoever stops the channel says so first. */
  private void requireRealEnd() throws IOException {
    Throwable stopped = firstError().orElse(null);
    if (stopped != null) {
      throw Rethrow.asIoException(stopped);
    }
    if (!isOpen()) {
      throw new AsynchronousCloseException();
    }
  }

  /**
   * Returns whether the stream is at its end; blocks until there is a byte or the end.
   *
   * @throws IOException the first error
   */
  public boolean atEnd() throws IOException {
    requireReadable();
    return next == limit && fill() < 0;
  }

  /**
   * Returns bytes that lie ahead without taking them.
   *
   * @param offset how far ahead they start, 0: with the next byte
   * @param byteCount how many, together with {@code offset} at most {@link
   *     EngineOptions#bufferBytes}
   * @return a read-only view of them, fewer only if the stream ends; valid until the next call of
   *     this half-channel
   * @throws IllegalArgumentException if they are too many or too far
   * @throws IOException the first error
   */
  public ByteBuffer peek(int offset, int byteCount) throws IOException {
    int end = lookAhead(offset, byteCount);
    int from = Math.min(offset, end);
    return buffer.slice(next + from, end - from).asReadOnlyBuffer();
  }

  /**
   * Returns a byte that lies ahead without taking it.
   *
   * @param offset how far ahead, less than {@link EngineOptions#bufferBytes}
   * @return 0 to 255; -1 if the stream ends before it
   * @throws IllegalArgumentException if it is too far
   * @throws IOException the first error
   */
  public int peekByte(int offset) throws IOException {
    return lookAhead(offset, 1) > offset ? buffer.get(next + offset) & 0xff : -1;
  }

  /** Fills the window as far as that, or to the end; returns how far it reaches, at most that. */
  private int lookAhead(int offset, int byteCount) throws IOException {
    if (offset < 0 || byteCount < 0 || byteCount > buffer.capacity() - offset) {
      throw new IllegalArgumentException(
          "cannot look at %d bytes %d ahead: the buffer holds %d"
              .formatted(byteCount, offset, buffer.capacity()));
    }
    int wanted = offset + byteCount;
    while (limit - next < wanted) {
      if (fill() < 0) {
        return limit - next;
      }
    }
    return wanted;
  }

  /**
   * Takes bytes without copying them.
   *
   * @param byteCount how many, at most {@link EngineOptions#bufferBytes}
   * @return a read-only view of them, valid until the next call of this half-channel
   * @throws IllegalArgumentException if they are too many
   * @throws TruncatedStreamException if the stream ends before it has them
   * @throws IOException the first error
   */
  public ByteBuffer readInPlace(int byteCount) throws IOException {
    if (byteCount < 0 || byteCount > buffer.capacity()) {
      throw new IllegalArgumentException(
          "cannot read %d bytes in place: the buffer holds %d"
              .formatted(byteCount, buffer.capacity()));
    }
    int at = require(byteCount);
    next = at + byteCount;
    return buffer.slice(at, byteCount).asReadOnlyBuffer();
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
   * JDK channels.
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
    long done = 0;
    while (done < atMost) {
      if (next == limit) {
        long copied = kernelCopy(target, atMost - done);
        done += copied;
        if (copied > 0) {
          continue;
        }
        if (fill() < 0) {
          break;
        }
      }
      int part = (int) Math.min(limit - next, atMost - done);
      ByteBuffer bytes = buffer.slice(next, part);
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
  private long kernelCopy(WritableByteChannel target, long atMost) throws IOException {
    requireReadable();
    try {
      long moved = KernelCopy.of(channel, target).copy(atMost);
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
    requireReadable();
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
      dropWindow();
      throw failed(thrown);
    } finally {
      transferredBeforeBuffer += target.position() - start;
    }
  }

  /**
   * Returns where the next byte comes from: bytes from the start of the medium for a {@link
   * ChannelFeature#SEEKABLE} channel, from the start of the stream for others. Bytes that wait in
   * the buffer are taken off.
   *
   * @throws IOException if the channel cannot tell
   */
  public long position() throws IOException {
    int ahead = limit - next;
    boolean seekable = channel.features().contains(ChannelFeature.SEEKABLE);
    return (seekable ? channel.position() : received) - ahead;
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
    requireReadable();
    dropWindow();
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
    requireReadable();
    try {
      return channel.size();
    } catch (Throwable thrown) {
      dropWindow();
      throw failed(thrown);
    }
  }

  @Override
  public long transferred() {
    return transferredBeforeBuffer + next;
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
    if (reading) {
      wakeReader();
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

  /** Returns this input as a stream; its {@code close} closes this half. */
  public InputStream asInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return atEnd() ? -1 : readUnsignedByte();
      }

      @Override
      public int read(byte[] target, int offset, int byteCount) throws IOException {
        return ChannelInput.this.read(ByteBuffer.wrap(target, offset, byteCount));
      }

      @Override
      public int available() {
        return limit - next;
      }

      @Override
      public void close() throws IOException {
        ChannelInput.this.close();
      }
    };
  }
}
