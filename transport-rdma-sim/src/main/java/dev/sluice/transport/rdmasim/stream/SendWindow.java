package dev.sluice.transport.rdmasim.stream;

import org.jspecify.annotations.Nullable;

/** What the sender may send, by the credits that it knows of. */
final class SendWindow {
  /**
   * A receiver gives a credit for something; one that comes twice does no harm, but a peer that
   * sends them for ever would keep this side at work and send nothing.
   */
  static final int MOST_IDLE_CREDITS = 1000;

  private final long windowBytes;
  private final int messageLimit;
  private long sentBytes;
  private long sentMessages;
  private long consumedBytes;
  private long repostedMessages;
  private long ringOffset;

  /** Credits since the last one that granted something. */
  private int idleCredits;

  SendWindow(long windowBytes, int messageLimit) {
    this.windowBytes = windowBytes;
    this.messageLimit = messageLimit;
  }

  /** Returns how long the next message may be: up to the end of the ring at most. */
  long sendableBytes() {
    return sentMessages - repostedMessages >= messageLimit
        ? 0
        : Math.min(windowBytes - unconsumedBytes(), windowBytes - ringOffset);
  }

  /** Returns where in the ring the next message goes. */
  long ringOffset() {
    return ringOffset;
  }

  long sentBytes() {
    return sentBytes;
  }

  long sentMessages() {
    return sentMessages;
  }

  long consumedBytes() {
    return consumedBytes;
  }

  long unconsumedBytes() {
    return sentBytes - consumedBytes;
  }

  void sent(long byteCount) {
    sentBytes += byteCount;
    sentMessages++;
    ringOffset += byteCount;
    if (ringOffset == windowBytes) {
      ringOffset = 0;
    }
  }

  /**
   * Takes a credit; the same again changes nothing, unless it never ends.
   *
   * @return what is wrong with it; null: nothing
   */
  @Nullable String learn(long consumed, long reposted) {
    if (consumed < consumedBytes || consumed > sentBytes) {
      return "a credit tells of "
          + consumed
          + " consumed bytes, which is not from "
          + consumedBytes
          + " (told before) to "
          + sentBytes
          + " (sent)";
    }
    if (reposted < repostedMessages || reposted > sentMessages) {
      return "a credit tells of "
          + reposted
          + " reposted receives, which is not from "
          + repostedMessages
          + " (told before) to "
          + sentMessages
          + " (sent)";
    }
    idleCredits = consumed == consumedBytes && reposted == repostedMessages ? idleCredits + 1 : 0;
    if (idleCredits > MOST_IDLE_CREDITS) {
      return idleCredits + " credits in a row that grant nothing new";
    }
    consumedBytes = consumed;
    repostedMessages = reposted;
    return null;
  }
}
