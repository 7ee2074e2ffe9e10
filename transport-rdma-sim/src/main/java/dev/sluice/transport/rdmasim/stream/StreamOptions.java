package dev.sluice.transport.rdmasim.stream;

import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;

/**
 * The sizes of one end of a stream. The two ends need not have the same: the sender keeps to what
 * the receiver's {@link StreamHello} tells.
 *
 * @param windowBytes the receiver's ring: what may be on its way or unread, at least 1
 * @param receiveCount messages that may be on their way, 1 to 65535
 * @param sendCount the sender's queue, at least 8
 * @param maxChunkBytes of one message, 1 to 2^29 - 1
 */
public record StreamOptions(long windowBytes, int receiveCount, int sendCount, int maxChunkBytes) {
  /** The least that {@link #windowFor} gives. */
  public static final long LEAST_WINDOW_BYTES = 64 * 1024;

  /** What a {@link StreamSender} registers for the credits of its peer. */
  public static final long CREDIT_REGION_BYTES = CreditSlots.REGION_BYTES;

  private static final int USUAL_QUEUE = 384;
  private static final int USUAL_CHUNK_BYTES = 64 * 1024;
  private static final int GREATEST_RECEIVE_COUNT = 0xffff;

  /** A quarter of it is at least 2, and some places are kept for control messages. */
  private static final int LEAST_SEND_COUNT = 8;

  /** The END. */
  static final int RECEIVER_CONTROL_RECEIVES = 1;

  /** See {@link CreditSlots}: no more than six credits are ever on their way. */
  static final int SENDER_CONTROL_RECEIVES = CreditSlots.COUNT;

  /** Credits, which come together while there is no place; FINISHED and CLOSED have their own. */
  static final int RECEIVER_SENDS = 16;

  /** Checks the ranges. */
  public StreamOptions {
    if (windowBytes < 1) {
      throw new IllegalArgumentException("a window of " + windowBytes + " bytes");
    }
    if (receiveCount < 1 || receiveCount > GREATEST_RECEIVE_COUNT) {
      throw new IllegalArgumentException("receiveCount " + receiveCount + " is not in 1..65535");
    }
    if (sendCount < LEAST_SEND_COUNT) {
      throw new IllegalArgumentException("sendCount " + sendCount + " is less than 8");
    }
    if (maxChunkBytes < 1 || maxChunkBytes > MessageKind.GREATEST_VALUE) {
      throw new IllegalArgumentException(
          "maxChunkBytes " + maxChunkBytes + " is not in 1.." + MessageKind.GREATEST_VALUE);
    }
  }

  /**
   * Returns options of usual sizes: 384 requests a queue, 64 KiB a message.
   *
   * @param windowBytes see {@link #windowFor}
   */
  public static StreamOptions of(long windowBytes) {
    return new StreamOptions(windowBytes, USUAL_QUEUE, USUAL_QUEUE, USUAL_CHUNK_BYTES);
  }

  /**
   * Returns a window that does not slow a link down.
   *
   * <p>A stream moves at most a window per round trip. Credits come in halves of it: while one half
   * is read and its credit is on its way, the other must last. That takes two bandwidth-delay
   * products: 512 KiB at 100 Gb/s and 20 us, 32 MiB at 1 ms. (The fixed 128 KiB of rsockets are 1.3
   * GB/s at 100 us, and 13 MB/s at 10 ms.)
   *
   * @param bandwidthDelayProductBytes bytes per second times seconds of the round trip
   * @return at least twice that and {@link #LEAST_WINDOW_BYTES}, a power of two
   * @throws IllegalArgumentException if it is negative, or over 2^60
   */
  public static long windowFor(long bandwidthDelayProductBytes) {
    if (bandwidthDelayProductBytes < 0 || bandwidthDelayProductBytes > 1L << 60) {
      throw new IllegalArgumentException(
          "a bandwidth-delay product of " + bandwidthDelayProductBytes + " bytes");
    }
    long least = Math.max(LEAST_WINDOW_BYTES, 2 * bandwidthDelayProductBytes);
    long powerBelow = Long.highestOneBit(least);
    return powerBelow == least ? least : 2 * powerBelow;
  }

  /**
   * Returns what the queue pair of a {@link StreamSender} is to be made with. The device must allow
   * {@link #maxChunkBytes} inline.
   *
   * @param completions of its own, for {@link #senderCompletionCount}
   */
  public QueuePairOptions senderQueuePair(CompletionQueue completions) {
    return QueuePairOptions.of(completions)
        .withQueues(sendCount, SENDER_CONTROL_RECEIVES)
        .withInline(maxChunkBytes);
  }

  /** Returns how many completions a sender's completion queue must have room for. */
  public int senderCompletionCount() {
    return sendCount + SENDER_CONTROL_RECEIVES;
  }

  /**
   * Returns what the queue pair of a {@link StreamReceiver} is to be made with.
   *
   * @param completions of its own, for {@link #receiverCompletionCount}
   */
  public QueuePairOptions receiverQueuePair(CompletionQueue completions) {
    return QueuePairOptions.of(completions)
        .withQueues(RECEIVER_SENDS, receiveCount + RECEIVER_CONTROL_RECEIVES)
        .withInline(CreditSlots.SLOT_BYTES);
  }

  /** Returns how many completions a receiver's completion queue must have room for. */
  public int receiverCompletionCount() {
    return RECEIVER_SENDS + receiveCount + RECEIVER_CONTROL_RECEIVES;
  }
}
