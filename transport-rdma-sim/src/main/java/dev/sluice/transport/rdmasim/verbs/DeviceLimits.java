package dev.sluice.transport.rdmasim.verbs;

/**
 * What a device can do.
 *
 * @param maxQueuePairs at most 1024
 * @param maxRegions at most 65535
 * @param maxQueueRequests in a send or a receive queue
 * @param maxPieces of one request's scatter and gather list
 * @param maxInlineBytes of one request
 * @param maxCompletions in a completion queue
 * @param maxReadAtomic reads and atomics on their way, for each queue pair and side
 * @param maxMessageBytes of one message
 */
public record DeviceLimits(
    int maxQueuePairs,
    int maxRegions,
    int maxQueueRequests,
    int maxPieces,
    int maxInlineBytes,
    int maxCompletions,
    int maxReadAtomic,
    long maxMessageBytes) {
  /** The greatest message of a reliable connection, 2^31 bytes. */
  public static final long GREATEST_MESSAGE_BYTES = 1L << 31;

  /** What a usual adapter allows, as far as anything here depends on it. */
  public static final DeviceLimits USUAL =
      new DeviceLimits(256, 1023, 16384, 32, 400, 32767, 128, GREATEST_MESSAGE_BYTES);

  /** Checks the ranges. */
  public DeviceLimits {
    if (maxQueuePairs < 1 || maxQueuePairs > QueuePairTable.GREATEST_CAPACITY) {
      throw new IllegalArgumentException("maxQueuePairs " + maxQueuePairs + " is not in 1..1024");
    }
    if (maxRegions < 1 || maxRegions > RegionTable.GREATEST_CAPACITY) {
      throw new IllegalArgumentException("maxRegions " + maxRegions + " is not in 1..65535");
    }
  }
}
