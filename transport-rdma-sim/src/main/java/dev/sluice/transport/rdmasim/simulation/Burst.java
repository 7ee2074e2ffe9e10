package dev.sluice.transport.rdmasim.simulation;

/**
 * Packets of one message that are sent back to back: the whole message, or a part of it.
 *
 * @param kind what they are
 * @param message number of the message on its queue pair, from 0
 * @param firstPacket index of the first of them in the message
 * @param packetCount at least 1
 * @param payloadBytes of every packet but the last
 * @param lastPayloadBytes of the last packet
 * @param firstExtraBytes headers that the first alone has, such as 16 for the address of a write
 * @param lastExtraBytes headers that the last alone has, such as 4 for immediate data
 * @param inline whether the payload came with the work request, which saves the adapter a fetch
 */
public record Burst(
    PacketKind kind,
    long message,
    int firstPacket,
    int packetCount,
    int payloadBytes,
    int lastPayloadBytes,
    int firstExtraBytes,
    int lastExtraBytes,
    boolean inline) {
  /** Checks the ranges. */
  public Burst {
    if (firstPacket < 0
        || packetCount < 1
        || payloadBytes < 0
        || lastPayloadBytes < 0
        || firstExtraBytes < 0
        || lastExtraBytes < 0) {
      throw new IllegalArgumentException(
          packetCount
              + " packets from "
              + firstPacket
              + " of "
              + payloadBytes
              + " and at last "
              + lastPayloadBytes
              + " bytes, with headers of "
              + firstExtraBytes
              + " and "
              + lastExtraBytes
              + " more: these are no packets");
    }
  }

  /**
   * Returns a message cut into packets; one of no bytes is a packet too.
   *
   * @param kind DATA or READ_RESPONSE
   * @param message its number
   * @param byteCount of payload; below 2^31 packets
   * @param mtuBytes the most that goes into a packet
   * @param firstExtraBytes see {@link #firstExtraBytes()}
   * @param lastExtraBytes see {@link #lastExtraBytes()}
   * @throws ArithmeticException if these are too many packets
   */
  public static Burst message(
      PacketKind kind,
      long message,
      long byteCount,
      int mtuBytes,
      int firstExtraBytes,
      int lastExtraBytes) {
    int packetCount = Math.toIntExact(Math.max(1, Math.ceilDiv(byteCount, mtuBytes)));
    int lastPayloadBytes = (int) (byteCount - (packetCount - 1L) * mtuBytes);
    return new Burst(
        kind,
        message,
        0,
        packetCount,
        mtuBytes,
        lastPayloadBytes,
        firstExtraBytes,
        lastExtraBytes,
        false);
  }

  /**
   * Returns a packet without payload.
   *
   * @param kind ACK, NAK or CM
   * @param message the message it concerns
   */
  public static Burst control(PacketKind kind, long message) {
    return new Burst(kind, message, 0, 1, 0, 0, 0, 0, false);
  }

  /** Returns the same packets, as of a work request that carried the payload itself. */
  public Burst inlined() {
    return new Burst(
        kind,
        message,
        firstPacket,
        packetCount,
        payloadBytes,
        lastPayloadBytes,
        firstExtraBytes,
        lastExtraBytes,
        true);
  }

  /** Returns the index behind that of the last packet. */
  public int endPacket() {
    return firstPacket + packetCount;
  }

  /**
   * Returns some of these packets: to send again what was lost, or not more than a window holds.
   *
   * @param from index in the message of the first wanted
   * @param to index behind the last wanted
   * @throws IllegalArgumentException if these are not some of them
   */
  public Burst slice(int from, int to) {
    if (from < firstPacket || to > endPacket() || from >= to) {
      throw new IllegalArgumentException(
          "packets "
              + from
              + " to "
              + to
              + " are not among those from "
              + firstPacket
              + " to "
              + endPacket());
    }
    boolean hasLast = to == endPacket();
    return new Burst(
        kind,
        message,
        from,
        to - from,
        payloadBytes,
        hasLast ? lastPayloadBytes : payloadBytes,
        from == firstPacket ? firstExtraBytes : 0,
        hasLast ? lastExtraBytes : 0,
        inline);
  }

  /** Returns payload and extra headers of the packet at a place in this burst, from 0. */
  int bytesAt(int place) {
    return (place == packetCount - 1 ? lastPayloadBytes : payloadBytes)
        + (place == 0 ? firstExtraBytes : 0)
        + (place == packetCount - 1 ? lastExtraBytes : 0);
  }

  long totalBytes() {
    return (packetCount - 1L) * payloadBytes + lastPayloadBytes + firstExtraBytes + lastExtraBytes;
  }
}
