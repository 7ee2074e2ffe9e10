package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.FaultPlan;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.stream.StreamOptions;

/**
 * What is to be simulated; together with the version of Sluice it settles everything that happens.
 *
 * @param link with its changes
 * @param mode what moves the bytes
 * @param sizeBytes all of them, at least 1
 * @param messageBytes the most in a message
 * @param windowBytes the most that is under way; 0: enough
 * @param retries how often is tried again
 * @param faults the faults
 * @param seed of all random numbers
 */
record Scenario(
    LinkProfile link,
    Mode mode,
    long sizeBytes,
    long messageBytes,
    long windowBytes,
    Retries retries,
    FaultPlan faults,
    long seed) {

  /** The greatest message of a reliable connection, and of a stream. */
  private static final long MOST_MESSAGE_BYTES = 1L << 31;

  private static final long MOST_CHUNK_BYTES = (1L << 29) - 1;

  /** Half of all packet numbers: more cannot be told apart while they are under way. */
  private static final int MOST_PACKETS = 1 << 23;

  /** What one message more does not change. */
  private static final int LEAST_QUEUE = 16;

  private static final int LONGEST_QUEUE = 1 << 15;

  Scenario {
    long most = mode == Mode.STREAM ? MOST_CHUNK_BYTES : MOST_MESSAGE_BYTES;
    if (sizeBytes < 1) {
      throw new IllegalArgumentException("a transfer of " + sizeBytes + " bytes has no speed");
    }
    if (messageBytes < 1 || messageBytes > most) {
      throw new IllegalArgumentException(
          "a message of " + messageBytes + " bytes is not in 1.." + most);
    }
    if (messageBytes / link.mtuBytes() > MOST_PACKETS) {
      throw new IllegalArgumentException(
          "a message of "
              + messageBytes
              + " bytes is more than "
              + MOST_PACKETS
              + " packets of "
              + link.mtuBytes());
    }
  }

  Scenario withLink(LinkProfile other) {
    return new Scenario(other, mode, sizeBytes, messageBytes, windowBytes, retries, faults, seed);
  }

  Scenario withWindow(long byteCount) {
    return new Scenario(link, mode, sizeBytes, messageBytes, byteCount, retries, faults, seed);
  }

  Scenario withSize(long byteCount) {
    return new Scenario(link, mode, byteCount, messageBytes, windowBytes, retries, faults, seed);
  }

  /** Returns the link as its hosts have it: the window of messages is one of packets. */
  LinkProfile effectiveLink() {
    return mode == Mode.STREAM || windowBytes == 0
        ? link
        : link.toBuilder().windowBytes(windowBytes).build();
  }

  /** Returns the bytes that may be under way: a stream's ring, or a window of packets. */
  long effectiveWindowBytes() {
    if (windowBytes > 0) {
      return windowBytes;
    }
    return mode == Mode.STREAM
        ? StreamOptions.windowFor(link.bandwidthDelayProductBytes())
        : link.suggestedWindowBytes();
  }

  /** Returns how many messages are posted at once: enough to fill the window, and as many again. */
  int queueLength() {
    long needed = 2 * Math.ceilDiv(effectiveWindowBytes(), messageBytes);
    return (int) Math.clamp(needed, (long) LEAST_QUEUE, (long) LONGEST_QUEUE);
  }
}
