package dev.sluice.example.ucx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Memory for a window of a stream. Positions count from the start of the stream and never wrap.
 *
 * <p>One thread fills and one empties; who may touch what follows from their counters, which are
 * not kept here. The monitor guards only against {@link #close} while bytes are copied.
 */
final class ByteRing implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final ByteBuffer bytes;
  private boolean closed;

  ByteRing(int capacity) {
    memory = arena.allocate(capacity, 64);
    bytes = memory.asByteBuffer();
  }

  int capacity() {
    return bytes.capacity();
  }

  /** Returns the native address of a position. */
  long addressOf(long position) {
    return memory.address() + indexOf(position);
  }

  /** Returns how many bytes from a position on lie in one piece, at most {@code byteCount}. */
  int pieceAt(long position, long byteCount) {
    return (int) Math.min(byteCount, capacity() - indexOf(position));
  }

  private int indexOf(long position) {
    return (int) (position % capacity());
  }

  /** Copies in; returns how many bytes, 0 if the ring is closed. */
  synchronized long put(long position, long room, ByteBuffer[] sources, int offset, int length) {
    long at = position;
    long end = position + room;
    for (int i = offset; i < offset + length && !closed; i++) {
      ByteBuffer source = sources[i];
      while (source.hasRemaining() && at < end) {
        int count = pieceAt(at, Math.min(end - at, source.remaining()));
        bytes.put(indexOf(at), source, source.position(), count);
        source.position(source.position() + count);
        at += count;
      }
    }
    return at - position;
  }

  /** Copies out; returns how many bytes, 0 if the ring is closed. */
  synchronized long take(long position, long there, ByteBuffer[] targets, int offset, int length) {
    long at = position;
    long end = position + there;
    for (int i = offset; i < offset + length && !closed; i++) {
      ByteBuffer target = targets[i];
      while (target.hasRemaining() && at < end) {
        int count = pieceAt(at, Math.min(end - at, target.remaining()));
        target.put(target.position(), bytes, indexOf(at), count);
        target.position(target.position() + count);
        at += count;
      }
    }
    return at - position;
  }

  /** Frees the memory; nothing native may use it any more. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }
}
