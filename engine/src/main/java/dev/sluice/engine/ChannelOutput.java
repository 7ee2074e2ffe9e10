package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * The writing half of a channel: QEMU's output file. Small values go into a buffer, large memory is
 * borrowed, and both go out together, in the order of the calls.
 *
 * <p>Names and meaning are those of {@link DataOutput}: big-endian. See {@link HalfChannel} for
 * ownership, threads and errors.
 *
 * <h2>Borrowed memory</h2>
 *
 * {@link #writeBorrowed} copies nothing: the bytes are read when they are flushed, and changing
 * them before that is legal. Memory that was queued when {@link #transferred()} was {@code p} is
 * free once {@link #flushed()} is at least {@code p}, or this half-channel is closed or failed: it
 * may be changed and unmapped. The segments themselves stay reachable until this half-channel is
 * finished or failed, because the next pieces are cut from the same ones.
 *
 * <h2>Ending</h2>
 *
 * {@link #finish} ends the stream as complete. {@link #close} never flushes: closed without {@code
 * finish}, or holding an error, the output aborts the channel, so that an exception in a {@code
 * try} block can never look like success.
 */
public final class ChannelOutput extends BufferedOutput implements WritableByteChannel {
  private final TransportChannel channel;
  private final IoVector vector;
  private final MemoryRelease release = new MemoryRelease();

  /** Where the bytes begin that are in the buffer but not in the vector yet. */
  private int runStart;

  /** {@link #transferred} less {@link #next}, so that a small value moves one number only. */
  private long transferredBeforeBuffer;

  private volatile long flushed;
  private volatile boolean finished;

  /** Only {@link SharedChannel} makes one. */
  ChannelOutput(SharedChannel shared) {
    super(shared);
    channel = shared.channel();
    vector = new IoVector(shared.options(), buffer.segment());
  }

  /**
   * Returns an output over a channel, with {@link EngineOptions#DEFAULTS}.
   *
   * @param channel taken over, see {@link HalfChannel}
   */
  public static ChannelOutput over(TransportChannel channel) {
    return over(channel, EngineOptions.DEFAULTS);
  }

  /**
   * Returns an output over a channel.
   *
   * @param channel taken over, see {@link HalfChannel}
   * @param options sizes, for the return path too
   */
  public static ChannelOutput over(TransportChannel channel, EngineOptions options) {
    return new SharedChannel(channel, options).output();
  }

  /**
   * Returns the reading half of the same channel: the same object each time.
   *
   * @throws FeatureUnsupportedException if the channel lacks {@link ChannelFeature#DUPLEX}
   */
  public ChannelInput returnPath() {
    return shared().input();
  }

  @Override
  public void writeUTF(String text) throws IOException {
    new DataOutputStream(asOutputStream()).writeUTF(text);
  }

  @Override
  public void write(byte[] source, int offset, int byteCount) throws IOException {
    Objects.checkFromIndexSize(offset, byteCount, source.length);
    copy(MemorySegment.ofArray(source), offset, byteCount);
  }

  /**
   * Writes all remaining bytes. A large direct buffer is flushed at once instead of being copied.
   *
   * @return how many they were
   */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int byteCount = source.remaining();
    MemorySegment memory = MemorySegment.ofBuffer(source);
    if (memory.isNative() && byteCount >= buffer.capacity()) {
      writeBorrowed(memory, 0, byteCount, AfterFlush.KEEP);
      flush();
    } else {
      copy(memory, 0, byteCount);
    }
    source.position(source.limit());
    return byteCount;
  }

  /** Copies through the buffer. */
  private void copy(MemorySegment source, long offset, long byteCount) throws IOException {
    long done = 0;
    while (done < byteCount) {
      int at = next < limit ? next : makeRoom();
      int part = (int) Math.min(limit - at, byteCount - done);
      MemorySegment.copy(
          source,
          ValueLayout.JAVA_BYTE,
          offset + done,
          buffer.segment(),
          ValueLayout.JAVA_BYTE,
          at,
          part);
      next = at + part;
      done += part;
    }
  }

  /**
   * Queues memory without copying it; see the class comment. Heap memory is copied.
   *
   * @param base the memory; pieces of one base that touch become one, however long
   * @param offset where the bytes start in it
   * @param byteCount how many they are, of any length
   * @param after what becomes of the memory; heap memory is always kept
   * @throws IndexOutOfBoundsException if the range is not inside the base
   * @throws IOException the first error
   */
  public void writeBorrowed(MemorySegment base, long offset, long byteCount, AfterFlush after)
      throws IOException {
    Objects.checkFromIndexSize(offset, byteCount, base.byteSize());
    requireWritable();
    if (!base.isNative()) {
      copy(base, offset, byteCount);
      return;
    }
    if (byteCount == 0) {
      return;
    }
    sealRun();
    vector.add(base, offset, byteCount, after == AfterFlush.RELEASE);
    transferredBeforeBuffer += byteCount;
    if (vector.isFull()) {
      send();
    }
  }

  /** Makes the bytes since the last seal an entry of the vector: once per run, not per byte. */
  private void sealRun() {
    if (next > runStart) {
      vector.add(buffer.segment(), runStart, next - runStart, false);
      runStart = next;
    }
  }

  /** Empties the buffer. */
  @Override
  int makeRoom() throws IOException {
    requireWritable();
    sealRun();
    send();
    return next;
  }

  private void requireWritable() throws IOException {
    requireUsable();
    if (finished) {
      throw new ClosedChannelException();
    }
  }

  @Override
  void emptyWindow() {
    limit = 0;
    vector.forget();
  }

  /**
   * Sends what is queued and waits until the channel has accepted all of it.
   *
   * @throws IOException the first error
   */
  public void flush() throws IOException {
    requireWritable();
    sealRun();
    send();
  }

  /** Sends the vector, and the buffer starts anew. */
  private void send() throws IOException {
    if (vector.isEmpty()) {
      return;
    }
    long before = flushed;
    try {
      int count = vector.size();
      ByteBuffer[] views = vector.views();
      int first = 0;
      while (first < count) {
        if (views[first].hasRemaining()) {
          flushed = flushed() + sendSome(views, first, count - first);
        } else {
          first++;
        }
      }
    } catch (Throwable thrown) {
      throw failed(thrown);
    } finally {
      vector.clear(flushed - before, release);
      transferredBeforeBuffer += next;
      next = 0;
      runStart = 0;
    }
  }

  private long sendSome(ByteBuffer[] views, int first, int count) throws IOException {
    while (true) {
      long sent = channel.write(views, first, count);
      if (sent > 0) {
        return sent;
      }
      if (sent < 0 || channel.isBlocking()) {
        throw brokenContract("wrote " + sent + " bytes");
      }
      channel.awaitWritable(LONG);
    }
  }

  /**
   * Writes at a position and leaves {@link #position()} alone; flushes first. Needs {@link
   * ChannelFeature#SEEKABLE}.
   *
   * @param source all its remaining bytes are written
   * @param position bytes from the start
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException the first error
   */
  public void writeAt(ByteBuffer source, long position) throws IOException {
    requireSeekable();
    requirePosition(position);
    flush();
    int start = source.position();
    try {
      while (source.hasRemaining()) {
        int sent = channel.writeAt(source, position + source.position() - start);
        if (sent <= 0) {
          throw brokenContract("wrote " + sent + " bytes");
        }
      }
    } catch (Throwable thrown) {
      throw failed(thrown);
    } finally {
      int moved = source.position() - start;
      transferredBeforeBuffer += moved;
      flushed = flushed() + moved;
    }
  }

  /**
   * Returns where the next byte goes: bytes from the start of the medium for a {@link
   * ChannelFeature#SEEKABLE} channel, from the start of the stream for others.
   *
   * @throws IOException if the channel cannot tell
   */
  public long position() throws IOException {
    if (channel.features().contains(ChannelFeature.SEEKABLE)) {
      return channel.position() + transferred() - flushed;
    }
    return transferred();
  }

  /**
   * Flushes, then moves the position of the next byte. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @param position bytes from the start, not negative
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException the first error
   */
  public void position(long position) throws IOException {
    requireSeekable();
    requirePosition(position);
    flush();
    try {
      channel.position(position);
    } catch (Throwable thrown) {
      throw failed(thrown);
    }
  }

  /**
   * Flushes, then returns the length of the medium. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException the first error
   */
  public long size() throws IOException {
    requireSeekable();
    flush();
    try {
      return channel.size();
    } catch (Throwable thrown) {
      throw failed(thrown);
    }
  }

  /** Returns how many bytes were queued or sent: exact for the owner, queued ones included. */
  @Override
  public long transferred() {
    return transferredBeforeBuffer + next;
  }

  /** Returns how many bytes the channel has accepted; never goes down. Any thread. */
  public long flushed() {
    return flushed;
  }

  /** Returns how many bytes of borrowed memory went back to the system; for the owner. */
  public long released() {
    return release.releasedBytes();
  }

  /**
   * Flushes and ends this direction as complete: the peer reads the end of the stream now where the
   * channel has {@link ChannelFeature#SHUTDOWN}, else when the channel is closed. Calling it again
   * does nothing.
   *
   * @throws IOException the first error; the output is not finished then
   */
  public void finish() throws IOException {
    if (finished && isOpen()) {
      return;
    }
    flush();
    if (channel.features().contains(ChannelFeature.SHUTDOWN)) {
      try {
        channel.shutdown(Direction.WRITE);
      } catch (Throwable thrown) {
        throw failed(thrown);
      }
    }
    emptyWindow();
    finished = true;
  }

  boolean isFinished() {
    return finished;
  }

  /**
   * Closes this half without flushing. Not {@linkplain #finish finished}, or holding an error, it
   * aborts the channel.
   *
   * @throws TransportException if the output was neither finished nor failed: the stream that was
   *     begun is not complete, and nothing else says so
   * @throws IOException see {@link HalfChannel#close}
   */
  @Override
  public void close() throws IOException {
    if (!beginClose()) {
      return;
    }
    if (!finished && firstError().isEmpty()) {
      fail(
          new TransportException(
              Kind.CANCELLED,
              "%s was closed after %d bytes without finish(): the stream is abandoned"
                  .formatted(channel.info().name(), flushed),
              "call finish() once all is written",
              null));
    }
    shared().leave(this);
  }

  /** Returns this output as a stream, whose {@code close} is {@link #finish} and {@link #close}. */
  public OutputStream asOutputStream() {
    return new OutputView(this);
  }
}
