package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.CharacterCodingException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The buffer of an input, and what is read out of it: small values, and bytes that lie ahead. The
 * one check of the bounds per value is all that stands between a call and memory.
 */
abstract sealed class BufferedInput extends HalfChannel implements DataInput permits ChannelInput {
  final WindowMemory buffer;

  /** The window: bytes that were read from the channel and not yet by the user. */
  int next;

  int limit;

  /** {@link #transferred} less {@link #next}, so that a small value moves one number only. */
  long transferredBeforeBuffer;

  /** What the channel gave to this half, {@link ChannelInput#readAt} left out. */
  long received;

  /** Held while reading from the channel, so that a closing thread knows whom to wait for. */
  final ReentrantLock readerLock = new ReentrantLock();

  BufferedInput(SharedChannel shared) {
    super(shared);
    buffer = new WindowMemory(shared.options().bufferBytes());
  }

  @Override
  public byte readByte() throws IOException {
    int at = next;
    if (at >= limit) {
      at = require(1);
    }
    next = at + 1;
    return buffer.byteAt(at);
  }

  @Override
  public short readShort() throws IOException {
    int at = next;
    if (limit - at < Short.BYTES) {
      at = require(Short.BYTES);
    }
    next = at + Short.BYTES;
    return buffer.shortAt(at);
  }

  @Override
  public int readInt() throws IOException {
    int at = next;
    if (limit - at < Integer.BYTES) {
      at = require(Integer.BYTES);
    }
    next = at + Integer.BYTES;
    return buffer.intAt(at);
  }

  @Override
  public long readLong() throws IOException {
    int at = next;
    if (limit - at < Long.BYTES) {
      at = require(Long.BYTES);
    }
    next = at + Long.BYTES;
    return buffer.longAt(at);
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
  public void readFully(byte[] target) throws IOException {
    readFully(target, 0, target.length);
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
    int byteCount = buffer.byteAt(require(1)) & 0xff;
    int at = require(1 + byteCount);
    byte[] bytes = new byte[byteCount];
    buffer.bytes().get(at + 1, bytes);
    next = at + 1 + byteCount;
    return bytes;
  }

  /**
   * Returns whether the stream is at its end; blocks until there is a byte or the end.
   *
   * @throws IOException the first error
   */
  public boolean atEnd() throws IOException {
    requireUsable();
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
    return buffer.bytes().slice(next + from, end - from).asReadOnlyBuffer();
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
    return lookAhead(offset, 1) > offset ? buffer.byteAt(next + offset) & 0xff : -1;
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
    return buffer.bytes().slice(at, byteCount).asReadOnlyBuffer();
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
    boolean seekable = channel().features().contains(ChannelFeature.SEEKABLE);
    return (seekable ? channel().position() : received) - ahead;
  }

  @Override
  public long transferred() {
    return transferredBeforeBuffer + next;
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

  final IOException truncated(long wanted, long had, long position) {
    return failed(new TruncatedStreamException(channel().info().name(), wanted, had, position));
  }

  /** Reads once into the buffer, after moving what is left to its front; -1 at the end. */
  final int fill() throws IOException {
    requireUsable();
    int left = limit - next;
    if (next > 0) {
      buffer.bytes().put(0, buffer.bytes(), next, left);
      transferredBeforeBuffer += next;
      next = 0;
      limit = left;
    }
    int moved = receive(buffer.bytes().clear().position(left));
    limit = left + Math.max(moved, 0);
    return moved;
  }

  /** Reads from the channel: at least one byte, or -1 at the end and only there. */
  final int receive(ByteBuffer target) throws IOException {
    requireUsable();
    readerLock.lock();
    try {
      int moved = isOpen() ? receiveSome(target) : -1;
      received += Math.max(moved, 0);
      if (moved < 0) {
        requireRealEnd();
      }
      return moved;
    } catch (Throwable thrown) {
      throw failed(thrown);
    } finally {
      readerLock.unlock();
    }
  }

  private int receiveSome(ByteBuffer target) throws IOException {
    while (true) {
      int moved = channel().read(target);
      if (moved != 0) {
        return moved;
      }
      if (channel().isBlocking()) {
        throw brokenContract("read 0 bytes in blocking mode");
      }
      channel().awaitReadable(LONG);
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

  @Override
  final void emptyWindow() {
    transferredBeforeBuffer += next;
    next = 0;
    limit = 0;
  }
}
