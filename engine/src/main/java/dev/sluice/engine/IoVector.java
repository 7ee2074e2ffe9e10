package dev.sluice.engine;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of memory that wait for one gathering write, in the order they go out. For one thread.
 *
 * <p>A piece may be longer than 2 GiB; a piece that touches the one before it in the same memory
 * becomes part of it. Memory is read when it is sent, not when it is added.
 */
final class IoVector {
  /** The largest power of two that a ByteBuffer can hold; longer pieces go out in several views. */
  static final int MAX_VIEW_BYTES = 1 << 30;

  private final int maxEntries;
  private final long maxBytes;
  private final MemorySegment buffer;

  private final Window bufferWindow = new Window();
  private final Window borrowedWindow = new Window();

  /**
   * Views stay in their slots from flush to flush, each with the window it was cut from: pages that
   * alternate with headers find theirs again, and nothing is allocated.
   */
  private ByteBuffer[] views = {};

  private ByteBuffer[] cutFrom = {};
  private int size;
  private long totalBytes;

  /** Where the last piece is and ends: what touches it is joined to it. */
  private @Nullable MemorySegment lastBase;

  private long lastEnd;

  private final List<Release> releases = new ArrayList<>();

  /**
   * A piece that goes back to the system once it was sent.
   *
   * @param after how many bytes go out before it
   */
  private record Release(MemorySegment base, long offset, long byteCount, long after) {}

  /**
   * Creates an empty vector.
   *
   * @param buffer the memory whose pieces alternate with borrowed ones
   */
  IoVector(EngineOptions options, MemorySegment buffer) {
    maxEntries = options.vectorEntries();
    maxBytes = options.flushBytes();
    this.buffer = buffer;
  }

  /** Adds a piece; the caller flushes before the next one if the vector {@link #isFull}. */
  void add(MemorySegment base, long offset, long byteCount, boolean release) {
    if (release) {
      releases.add(new Release(base, offset, byteCount, totalBytes));
    }
    totalBytes += byteCount;
    long end = offset + byteCount;
    long from = offset;
    if (offset == lastEnd && isSame(lastBase, base)) {
      from += lengthenLast(byteCount);
    }
    while (from < end) {
      from += addView(base, from, end - from);
    }
    lastBase = base;
    lastEnd = end;
  }

  /** Returns how many bytes the window of the last view still had for it. */
  private long lengthenLast(long byteCount) {
    ByteBuffer last = views[size - 1];
    int more = (int) Math.min(byteCount, last.capacity() - last.limit());
    last.limit(last.limit() + more);
    return more;
  }

  /** Returns how many bytes one view could take. */
  @SuppressWarnings("ReferenceEquality") // equal buffers have equal bytes
  private int addView(MemorySegment base, long offset, long atMost) {
    Window window = isSame(base, buffer) ? bufferWindow : borrowedWindow;
    int byteCount = (int) Math.min(atMost, MAX_VIEW_BYTES);
    ByteBuffer bytes = window.over(base, offset, byteCount);
    if (size == views.length) {
      int capacity = Math.max(8, 2 * size);
      views = Arrays.copyOf(views, capacity);
      cutFrom = Arrays.copyOf(cutFrom, capacity);
    }
    if (cutFrom[size] != bytes) {
      cutFrom[size] = bytes;
      views[size] = bytes.duplicate();
    }
    int from = (int) (offset - window.start);
    views[size++].limit(from + byteCount).position(from);
    return byteCount;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Returns whether a run of the buffer and a borrowed piece behind it would be too many. */
  boolean isFull() {
    return size > maxEntries - 2 || totalBytes >= maxBytes;
  }

  /** Returns how many of the {@link #views()} wait. */
  int size() {
    return size;
  }

  /** Returns the pieces, to be written in this order; those behind {@link #size()} mean nothing. */
  ByteBuffer[] views() {
    return views;
  }

  /**
   * Takes all pieces out.
   *
   * @param sentBytes how much of them was sent; what is to be released beyond that is kept
   */
  void clear(long sentBytes, MemoryRelease release) {
    if (!releases.isEmpty()) {
      for (Release range : releases) {
        long sent = Math.min(sentBytes - range.after, range.byteCount);
        if (sent > 0) {
          release.add(range.base, range.offset, sent);
        }
      }
      releases.clear();
      release.finish();
    }
    size = 0;
    totalBytes = 0;
    lastBase = null;
  }

  /** Drops the views that are kept for the next pieces, and with them all hold on the memory. */
  void forget() {
    views = new ByteBuffer[0];
    cutFrom = new ByteBuffer[0];
    bufferWindow.forget();
    borrowedWindow.forget();
  }

  /** Not equal: new memory may have the address and the size of memory that was freed. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"})
  private static boolean isSame(@Nullable MemorySegment one, MemorySegment other) {
    return one == other;
  }

  /** A ByteBuffer over as much of one memory as it can cover. */
  private static final class Window {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private @Nullable MemorySegment base;
    private long start;
    private ByteBuffer bytes = NOTHING;

    ByteBuffer over(MemorySegment memory, long offset, int byteCount) {
      if (!isSame(base, memory)
          || offset < start
          || offset + byteCount > start + bytes.capacity()) {
        base = memory;
        start = memory.byteSize() <= MAX_VIEW_BYTES ? 0 : offset;
        bytes =
            memory
                .asSlice(start, Math.min(memory.byteSize() - start, MAX_VIEW_BYTES))
                .asByteBuffer();
      }
      return bytes;
    }

    void forget() {
      base = null;
      bytes = NOTHING;
    }
  }
}
