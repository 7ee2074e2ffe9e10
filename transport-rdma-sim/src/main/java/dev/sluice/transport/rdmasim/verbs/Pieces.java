package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scatter and gather list whose keys were looked up: the local end of one request. */
final class Pieces {
  static final Pieces NONE = new Pieces(List.of(), new MemoryRegion[0], 0);

  private final List<ScatterGather> list;
  private final MemoryRegion[] regions;
  private final long byteCount;

  private Pieces(List<ScatterGather> list, MemoryRegion[] regions, long byteCount) {
    this.list = list;
    this.regions = regions;
    this.byteCount = byteCount;
  }

  /**
   * Looks up the keys of a list.
   *
   * @return null if one of them is not good for that
   */
  static @Nullable Pieces of(
      List<ScatterGather> list, ProtectionDomain domain, boolean toBeWritten) {
    if (list.isEmpty()) {
      return NONE;
    }
    MemoryRegion[] regions = new MemoryRegion[list.size()];
    long sum = 0;
    for (int i = 0; i < regions.length; i++) {
      ScatterGather piece = list.get(i);
      MemoryRegion region = domain.device().region(piece.localKey());
      if (region == null || !MemoryRegion.isUsable(region, piece, domain, toBeWritten)) {
        return null;
      }
      regions[i] = region;
      sum += piece.byteCount();
    }
    return new Pieces(list, regions, sum);
  }

  long byteCount() {
    return byteCount;
  }

  /** Returns whether all regions are still what they were when they were looked up. */
  boolean areValid() {
    for (int i = 0; i < regions.length; i++) {
      if (!regions[i].isValid() || regions[i].localKey() != list.get(i).localKey()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether one of its pieces has no bytes. */
  boolean isLogical() {
    for (MemoryRegion region : regions) {
      if (region.isLogical()) {
        return true;
      }
    }
    return false;
  }

  void copyTo(long from, MemorySegment target, long to, long count) {
    forEachRun(
        from,
        count,
        (done, memory, offset, run) -> MemorySegment.copy(memory, offset, target, to + done, run));
  }

  void copyFrom(long position, MemorySegment source, long from, long count) {
    forEachRun(
        position,
        count,
        (done, memory, offset, run) ->
            MemorySegment.copy(source, from + done, memory, offset, run));
  }

  /** Hands the runs of memory behind a range to somebody, in order; none for logical memory. */
  void forEachRun(long position, long count, RunConsumer consumer) {
    long skipped = position;
    long left = count;
    long done = 0;
    for (int i = 0; i < regions.length && left > 0; i++) {
      ScatterGather piece = list.get(i);
      if (skipped >= piece.byteCount()) {
        skipped -= piece.byteCount();
        continue;
      }
      long run = Math.min(left, piece.byteCount() - skipped);
      if (!regions[i].isLogical()) {
        consumer.accept(done, regions[i].segment(), piece.offset() + skipped, run);
      }
      skipped = 0;
      done += run;
      left -= run;
    }
  }

  /** Takes a run of memory. */
  @FunctionalInterface
  interface RunConsumer {
    void accept(long done, MemorySegment memory, long offset, long count);
  }
}
