package dev.sluice.transport.rdmasim.stream;

import org.jspecify.annotations.Nullable;

/**
 * What came, what was consumed, and what the sender was told of it.
 *
 * <p>A credit is due once half of the window or of the receives is free again. So a sender that has
 * nothing left waits for no credit that does not come: all that is in the ring is more than half of
 * it. And a reader of single bytes does not make the sender send single bytes.
 */
final class ReceiveWindow {
  private final long windowBytes;
  private final int messageLimit;
  private final int maxChunkBytes;
  private long receivedBytes;
  private long receivedMessages;
  private long consumedBytes;
  private long toldBytes;
  private long toldMessages;
  private long ringOffset;

  ReceiveWindow(StreamOptions options) {
    windowBytes = options.windowBytes();
    messageLimit = options.receiveCount();
    maxChunkBytes = options.maxChunkBytes();
  }

  /**
   * Takes a message.
   *
   * @return what is wrong with it; null: nothing
   */
  @Nullable String arrived(long byteCount) {
    if (byteCount < 1 || byteCount > maxChunkBytes) {
      return "a message of " + byteCount + " bytes, which is not from 1 to " + maxChunkBytes;
    }
    long granted = toldBytes + windowBytes - receivedBytes;
    if (byteCount > granted) {
      return "a message of " + byteCount + " bytes, but only " + granted + " were granted";
    }
    long untilWrap = windowBytes - receivedBytes % windowBytes;
    if (byteCount > untilWrap) {
      return "a message of " + byteCount + " bytes, " + untilWrap + " before the end of the ring";
    }
    if (receivedMessages - toldMessages >= messageLimit) {
      return "more than the " + messageLimit + " messages that were granted";
    }
    receivedBytes += byteCount;
    receivedMessages++;
    return null;
  }

  long availableBytes() {
    return receivedBytes - consumedBytes;
  }

  long receivedBytes() {
    return receivedBytes;
  }

  long consumedBytes() {
    return consumedBytes;
  }

  /** All receives whose completion was seen are posted again. */
  long repostedMessages() {
    return receivedMessages;
  }

  /** Returns where in the ring the next byte to be read is. */
  long ringOffset() {
    return ringOffset;
  }

  /** Returns how much may be copied at a time: up to the end of the ring, and the next credit. */
  long pieceBytes() {
    long untilCredit = half(windowBytes) - (consumedBytes - toldBytes);
    long untilWrap = windowBytes - ringOffset;
    // A credit may be overdue, while there is no place in the send queue for it.
    return Math.min(
        availableBytes(), untilCredit > 0 ? Math.min(untilWrap, untilCredit) : untilWrap);
  }

  void consume(long byteCount) {
    consumedBytes += byteCount;
    ringOffset = (ringOffset + byteCount) % windowBytes;
  }

  boolean isCreditDue() {
    return consumedBytes - toldBytes >= half(windowBytes)
        || receivedMessages - toldMessages >= half(messageLimit);
  }

  /** Rounded up, so that no more than two fit into the whole. */
  private static long half(long whole) {
    return whole - whole / 2;
  }

  void told() {
    toldBytes = consumedBytes;
    toldMessages = receivedMessages;
  }
}
