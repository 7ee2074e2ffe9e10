package dev.sluice.engine;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of memory that wait for one gathering write, in the order they go out. For one thread.
 *
 * <p>A piece may be longer than 2 GiB; a piece that touches the one before it in the same memory
 * becomes part of it. Memory is read when it is sent, not when it is added.
 */
final class IoVector {
  /** The largest power of two that a ByteBuffer can hold; longer pieces go out in several views. */
  private static final int MAX_VIEW_BYTES = 1 << 30;

  private final int maxEntries;
  private final long maxBytes;
  private final MemorySegment buffer;
  private final @Nullable MemorySegment[] bases;
  private final long[] offsets;
  private final long[] byteCounts;
  private final boolean[] releases;
  private int size;
  private long totalBytes;

  private final Window bufferWindow = new Window();
  private final Window borrowedWindow = new Window();

  /**
   * Views stay in their slots from flush to flush, each with the window it was cut from: pages that
   * alternate with headers find theirs again, and nothing is allocated.
   */
  private ByteBuffer[] views = {};

  private ByteBuffer[] cutFrom = {};

  /**
   * Creates an empty vector.
   *
   * @param buffer the memory whose pieces alternate with borrowed ones
   */
  IoVector(EngineOptions options, MemorySegment buffer) {
    maxEntries = options.vectorEntries();
    maxBytes = options.flushBytes();
    this.buffer = buffer;
    bases = new MemorySegment[maxEntries];
    offsets = new long[maxEntries];
    byteCounts = new long[maxEntries];
    releases = new boolean[maxEntries];
  }

  /** Adds a piece; the caller flushes before the next one if the vector {@link #isFull}. */
  void add(MemorySegment base, long offset, long byteCount, boolean release) {
    totalBytes += byteCount;
    int last = size - 1;
    if (last >= 0
        && isSame(bases[last], base)
        && offsets[last] + byteCounts[last] == offset
        && releases[last] == release) {
      byteCounts[last] += byteCount;
      return;
    }
    bases[size] = base;
    offsets[size] = offset;
    byteCounts[size] = byteCount;
    releases[size] = release;
    size++;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Returns whether a run of the buffer and a borrowed piece behind it would be too many. */
  boolean isFull() {
    return size > maxEntries - 2 || totalBytes >= maxBytes;
  }

  /** Returns how many pieces wait; for tests of merging. */
  int size() {
    return size;
  }

  /** Cuts the views of all pieces, see {@link #views()}, and returns how many there are. */
  int prepareViews() {
    int count = 0;
    for (int entry = 0; entry < size; entry++) {
      MemorySegment base = baseOf(entry);
      long offset = offsets[entry];
      for (long left = byteCounts[entry]; left > 0; ) {
        int part = (int) Math.min(left, MAX_VIEW_BYTES);
        cutView(count++, base, offset, part);
        offset += part;
        left -= part;
      }
    }
    return count;
  }

  ByteBuffer[] views() {
    return views;
  }

  @SuppressWarnings("ReferenceEquality") // equal buffers have equal bytes
  private void cutView(int slot, MemorySegment base, long offset, int byteCount) {
    Window window = isSame(base, buffer) ? bufferWindow : borrowedWindow;
    ByteBuffer bytes = window.over(base, offset, byteCount);
    if (slot == views.length) {
      int capacity = Math.max(8, 2 * slot);
      views = Arrays.copyOf(views, capacity);
      cutFrom = Arrays.copyOf(cutFrom, capacity);
    }
    if (cutFrom[slot] != bytes) {
      cutFrom[slot] = bytes;
      views[slot] = bytes.duplicate();
    }
    int from = (int) (offset - window.start);
    views[slot].clear().position(from).limit(from + byteCount);
  }

  private MemorySegment baseOf(int entry) {
    return Objects.requireNonNull(bases[entry]);
  }

  /**
   * Forgets all pieces.
   *
   * @param sentBytes how much of them was sent; what is to be released beyond that is kept
   */
  void clear(long sentBytes, MemoryRelease release) {
    long left = sentBytes;
    boolean any = false;
    for (int entry = 0; entry < size; entry++) {
      long sent = Math.min(left, byteCounts[entry]);
      if (releases[entry] && sent > 0) {
        release.add(baseOf(entry), offsets[entry], sent);
        any = true;
      }
      left -= sent;
      bases[entry] = null;
    }
    if (any) {
      release.finish();
    }
    size = 0;
    totalBytes = 0;
  }

  /** Not equal: new memory may have the address and the size of memory that was freed. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"})
  private static boolean isSame(@Nullable MemorySegment one, MemorySegment other) {
    return one == other;
  }

  /** A ByteBuffer over as much of one memory as it can cover. */
  private static final class Window {
    private @Nullable MemorySegment base;
    private long start;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

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
  }
}
