package dev.sluice.transport.rdmasim.simulation;

import java.util.EnumMap;

/** What a link did so far. Belongs to the simulation's thread; the link alone writes. */
public final class LinkCounters {
  long packetCount;
  long byteCount;
  long deliveryCount;
  long duplicatedCount;
  long reorderedCount;
  long queuePeakBytes;
  private final EnumMap<DropReason, Long> dropped = new EnumMap<>(DropReason.class);

  LinkCounters() {}

  void drop(DropReason reason) {
    dropped.merge(reason, 1L, Long::sum);
  }

  void undrop(DropReason reason) {
    dropped.merge(reason, -1L, Long::sum);
  }

  /** Returns the number of packets given to the link, duplicates made by it not among them. */
  public long packetCount() {
    return packetCount;
  }

  /** Returns the bytes of these packets, headers included. */
  public long byteCount() {
    return byteCount;
  }

  /** Returns the number of calls of receivers that were scheduled: one for many packets at best. */
  public long deliveryCount() {
    return deliveryCount;
  }

  /** Returns the number of packets that were not delivered for a reason. */
  public long dropped(DropReason reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  /** Returns the number of packets that were not delivered. */
  public long droppedCount() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the number of packets delivered twice. */
  public long duplicatedCount() {
    return duplicatedCount;
  }

  /** Returns the number of packets held back so that others could overtake them. */
  public long reorderedCount() {
    return reorderedCount;
  }

  /** Returns the most bytes that waited or were being sent at once. */
  public long queuePeakBytes() {
    return queuePeakBytes;
  }

  @Override
  public String toString() {
    return packetCount
        + " packets, "
        + byteCount
        + " bytes, "
        + droppedCount()
        + " dropped, "
        + duplicatedCount
        + " duplicated, "
        + reorderedCount
        + " reordered, queue up to "
        + queuePeakBytes
        + " bytes";
  }
}
