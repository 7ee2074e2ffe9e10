package dev.sluice.transport.rdmasim.stream;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.ByteBuffer;

/**
 * What one side tells the other before bytes flow; small enough for the private data of a
 * connection request, 56 bytes.
 *
 * <p>Binary form, big-endian: version (1 byte, now 1), reserved (1, now 0), receive count (2), ring
 * key (4), window (8), credit key (4), sender's and receiver's queue pair number (4 each), greatest
 * message (4).
 *
 * @param senderQueuePair number of the queue pair this side sends over
 * @param receiverQueuePair number of the queue pair this side receives over
 * @param ringKey remote key of this side's ring
 * @param windowBytes its size
 * @param receiveCount messages that the other side may send without a credit
 * @param maxChunkBytes of one message that the other side sends
 * @param creditKey remote key of the region for credits that the other side gives
 */
public record StreamHello(
    int senderQueuePair,
    int receiverQueuePair,
    int ringKey,
    long windowBytes,
    int receiveCount,
    int maxChunkBytes,
    int creditKey) {
  /** Of the binary form. */
  public static final int BYTE_COUNT = 32;

  private static final byte VERSION = 1;
  private static final int GREATEST_QUEUE_PAIR = (1 << 24) - 1;

  /**
   * Returns what a side has to tell.
   *
   * @param sender its sender
   * @param receiver its receiver
   */
  public static StreamHello of(StreamSender sender, StreamReceiver receiver) {
    StreamOptions options = receiver.options();
    return new StreamHello(
        sender.queuePair().number(),
        receiver.queuePair().number(),
        receiver.ringKey(),
        options.windowBytes(),
        options.receiveCount(),
        options.maxChunkBytes(),
        sender.creditKey());
  }

  /** Returns the binary form: {@link #BYTE_COUNT} bytes from position to limit. */
  public ByteBuffer encode() {
    return ByteBuffer.allocate(BYTE_COUNT)
        .put(VERSION)
        .put((byte) 0)
        .putShort((short) receiveCount)
        .putInt(ringKey)
        .putLong(windowBytes)
        .putInt(creditKey)
        .putInt(senderQueuePair)
        .putInt(receiverQueuePair)
        .putInt(maxChunkBytes)
        .flip();
  }

  /**
   * Reads the binary form.
   *
   * @param encoded from position to limit; padding behind is ignored, the position is left alone
   * @throws TransportException of kind IO if it is of another version, too short, or tells
   *     something that cannot be
   */
  public static StreamHello decode(ByteBuffer encoded) throws TransportException {
    if (!encoded.hasRemaining()) {
      throw refused("is empty");
    }
    byte version = encoded.get(encoded.position());
    if (version != VERSION) {
      throw new TransportException(
          Kind.IO,
          "the peer speaks version "
              + Byte.toUnsignedInt(version)
              + " of the stream protocol, this side version "
              + VERSION,
          "use the same release at both ends",
          null);
    }
    if (encoded.remaining() < BYTE_COUNT) {
      throw refused("has " + encoded.remaining() + " bytes, not " + BYTE_COUNT);
    }
    // A duplicate is big-endian, whatever the buffer is.
    ByteBuffer fields = encoded.duplicate();
    require("reserved", fields.get(fields.position() + 1), 0, 0);
    fields.position(fields.position() + 2);
    int receiveCount = Short.toUnsignedInt(fields.getShort());
    int ringKey = fields.getInt();
    long windowBytes = fields.getLong();
    int creditKey = fields.getInt();
    int senderQueuePair = fields.getInt();
    int receiverQueuePair = fields.getInt();
    int maxChunkBytes = fields.getInt();
    require("receive count", receiveCount, 1, 0xffff);
    require("ring key", Integer.toUnsignedLong(ringKey), 1, 0xffff_ffffL);
    require("window", windowBytes, 1, Long.MAX_VALUE);
    require("credit key", Integer.toUnsignedLong(creditKey), 1, 0xffff_ffffL);
    require("sender's queue pair", senderQueuePair, 1, GREATEST_QUEUE_PAIR);
    require("receiver's queue pair", receiverQueuePair, 1, GREATEST_QUEUE_PAIR);
    require("greatest message", maxChunkBytes, 1, MessageKind.GREATEST_VALUE);
    return new StreamHello(
        senderQueuePair,
        receiverQueuePair,
        ringKey,
        windowBytes,
        receiveCount,
        maxChunkBytes,
        creditKey);
  }

  private static void require(String what, long value, long least, long greatest)
      throws TransportException {
    if (value < least || value > greatest) {
      throw refused("has " + what + " " + value + ", which is not in " + least + ".." + greatest);
    }
  }

  private static TransportException refused(String what) {
    return new TransportException(
        Kind.IO,
        "the peer's greeting " + what,
        "the peer is no stream of this protocol, or broken",
        null);
  }
}
