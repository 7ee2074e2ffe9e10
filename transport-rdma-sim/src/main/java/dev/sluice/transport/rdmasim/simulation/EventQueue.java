package dev.sluice.transport.rdmasim.simulation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers by due time, and those of one moment in the order they came: a heap with four children to
 * a node, its keys in arrays of their own, so that a comparison follows no pointer.
 *
 * <p>A cancelled timer stays until it comes to the top, or until half of the heap is cancelled:
 * time limits are cancelled far more often than they expire.
 */
final class EventQueue {
  private static final int CHILDREN = 4;
  private static final int SMALLEST_TO_CLEAN = 64;

  private long[] dueNanos = new long[64];
  private long[] sequences = new long[64];
  private @Nullable Timer[] timers = new @Nullable Timer[64];
  private int size;
  private int cancelledCount;
  private long nextSequence;

  /** Of the timer that {@link #poll} returned last. */
  private long polledSequence;

  Timer add(long timeNanos, Runnable action) {
    Timer timer = new Timer(this, timeNanos, action);
    if (size == timers.length) {
      dueNanos = Arrays.copyOf(dueNanos, size * 2);
      sequences = Arrays.copyOf(sequences, size * 2);
      timers = Arrays.copyOf(timers, size * 2);
    }
    siftUp(size++, timeNanos, nextSequence++, timer);
    return timer;
  }

  /** Returns the number of timers that are not cancelled. */
  int pendingCount() {
    return size - cancelledCount;
  }

  /** Returns when the next timer is due that is not cancelled; negative if there is none. */
  long peekNanos() {
    while (size > 0) {
      if (timerAt(0).isPending()) {
        return dueNanos[0];
      }
      removeFirst();
      cancelledCount--;
    }
    return -1;
  }

  /** Removes and returns the next timer that is not cancelled; null if there is none. */
  @Nullable Timer poll() {
    if (peekNanos() < 0) {
      return null;
    }
    Timer first = timerAt(0);
    polledSequence = sequences[0];
    removeFirst();
    return first;
  }

  long polledSequence() {
    return polledSequence;
  }

  void cancelled() {
    cancelledCount++;
    if (size >= SMALLEST_TO_CLEAN && cancelledCount > size / 2) {
      dropCancelled();
    }
  }

  private void dropCancelled() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Timer timer = timerAt(i);
      if (timer.isPending()) {
        put(kept++, dueNanos[i], sequences[i], timer);
      }
    }
    Arrays.fill(timers, kept, size, null);
    size = kept;
    cancelledCount = 0;
    // Who has children, the last one first.
    for (int i = (size - 2) / CHILDREN; i >= 0 && size > 1; i--) {
      siftDown(i, dueNanos[i], sequences[i], timerAt(i));
    }
  }

  private void removeFirst() {
    int last = --size;
    Timer moved = timerAt(last);
    timers[last] = null;
    if (last > 0) {
      siftDown(0, dueNanos[last], sequences[last], moved);
    }
  }

  private void siftUp(int from, long timeNanos, long sequence, Timer timer) {
    int index = from;
    while (index > 0) {
      int parent = (index - 1) / CHILDREN;
      if (isBefore(parent, timeNanos, sequence)) {
        break;
      }
      move(parent, index);
      index = parent;
    }
    put(index, timeNanos, sequence, timer);
  }

  private void siftDown(int from, long timeNanos, long sequence, Timer timer) {
    int index = from;
    while (true) {
      int child = index * CHILDREN + 1;
      if (child >= size) {
        break;
      }
      int least = child;
      int end = Math.min(child + CHILDREN, size);
      for (int other = child + 1; other < end; other++) {
        if (isBefore(other, dueNanos[least], sequences[least])) {
          least = other;
        }
      }
      if (!isBefore(least, timeNanos, sequence)) {
        break;
      }
      move(least, index);
      index = least;
    }
    put(index, timeNanos, sequence, timer);
  }

  private boolean isBefore(int index, long timeNanos, long sequence) {
    return dueNanos[index] < timeNanos
        || (dueNanos[index] == timeNanos && sequences[index] < sequence);
  }

  private void move(int from, int to) {
    put(to, dueNanos[from], sequences[from], timerAt(from));
  }

  private void put(int index, long timeNanos, long sequence, Timer timer) {
    dueNanos[index] = timeNanos;
    sequences[index] = sequence;
    timers[index] = timer;
  }

  private Timer timerAt(int index) {
    Timer timer = timers[index];
    if (timer == null) {
      throw new IllegalStateException("no timer at place " + index + " of " + size);
    }
    return timer;
  }
}
