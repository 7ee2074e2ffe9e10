package dev.sluice.transport.rdmasim.stream;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the buffers of a write into messages. A buffer goes straight from where it is, unless it is
 * small and others follow: then they are gathered in a block, because a message costs more than a
 * copy of a few KiB.
 */
final class Gather {
  private static final int BLOCK_BYTES = 16 * 1024;

  /** A buffer from this size on is a message of its own; a page of 4 KiB is not yet. */
  private static final int DIRECT_BYTES = 8 * 1024;

  private @Nullable MemorySegment block;
  private byte[] blockBytes = {};

  private ByteBuffer[] sources = {};
  private int next;
  private int end;

  void start(ByteBuffer[] buffers, int offset, int length) {
    sources = buffers;
    next = offset;
    end = offset + length;
    while (end > offset && !buffers[end - 1].hasRemaining()) {
      end--;
    }
    skipEmpty();
  }

  /** Lets go of the caller's buffers. */
  void finish() {
    sources = new ByteBuffer[0];
  }

  private void skipEmpty() {
    while (next < end && !sources[next].hasRemaining()) {
      next++;
    }
  }

  boolean hasRemaining() {
    return next < end;
  }

  /** Returns whether more than so many bytes remain; does not count further than that. */
  boolean hasMoreThan(long byteCount) {
    long sum = 0;
    for (int i = next; i < end && sum <= byteCount; i++) {
      sum += sources[i].remaining();
    }
    return sum > byteCount;
  }

  /**
   * Returns the bytes of the next message, at least one; valid until the next call. To be followed
   * by {@link #advance} once they are sent.
   */
  MemorySegment chunk(long limit) {
    ByteBuffer first = sources[next];
    int remaining = first.remaining();
    if (remaining >= limit || remaining >= DIRECT_BYTES || next + 1 == end) {
      MemorySegment whole = MemorySegment.ofBuffer(first);
      return remaining > limit ? whole.asSlice(0, limit) : whole;
    }
    return gathered((int) Math.min(limit, BLOCK_BYTES));
  }

  private MemorySegment gathered(int limit) {
    MemorySegment memory = block;
    if (memory == null) {
      blockBytes = new byte[BLOCK_BYTES];
      memory = MemorySegment.ofArray(blockBytes);
      block = memory;
    }
    int filled = 0;
    for (int i = next; i < end && filled < limit; i++) {
      ByteBuffer source = sources[i];
      int remaining = source.remaining();
      if (remaining >= DIRECT_BYTES) {
        break;
      }
      int count = Math.min(remaining, limit - filled);
      source.get(source.position(), blockBytes, filled, count);
      filled += count;
    }
    return memory.asSlice(0, filled);
  }

  /** Moves the buffers' positions. */
  void advance(long byteCount) {
    long left = byteCount;
    while (left > 0) {
      ByteBuffer source = sources[next];
      int count = (int) Math.min(left, source.remaining());
      source.position(source.position() + count);
      left -= count;
      skipEmpty();
    }
  }
}
