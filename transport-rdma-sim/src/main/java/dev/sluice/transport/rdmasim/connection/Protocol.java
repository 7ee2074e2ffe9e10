package dev.sluice.transport.rdmasim.connection;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an application speaks over a connection, told in the private data of the request, so that
 * two that do not understand each other part before the first message.
 *
 * @param magic tells one application from another
 * @param version must be the same on both sides
 * @param features a bit for each optional ability that a side insists on
 */
public record Protocol(int magic, int version, long features) {
  private static final int BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;

  /** Returns this as private data, 16 bytes. */
  public PrivateData encoded() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer.putInt(magic).putInt(version).putLong(features);
    return PrivateData.of(buffer.array());
  }

  /**
   * Returns why this side cannot speak with one that sent this; empty: it can.
   *
   * @param data private data of the peer, that may begin with an encoded protocol
   */
  public Optional<String> mismatch(PrivateData data) {
    if (data.byteCount() < BYTES) {
      return Optional.of(
          "the peer sent "
              + data.byteCount()
              + " bytes of private data, and not the "
              + BYTES
              + " that name its protocol");
    }
    ByteBuffer buffer = data.buffer();
    Protocol peer = new Protocol(buffer.getInt(), buffer.getInt(), buffer.getLong());
    if (peer.magic != magic) {
      return Optional.of(
          String.format("the peer is of another application: %08x, not %08x", peer.magic, magic));
    }
    if (peer.version != version) {
      return Optional.of(
          "the peer speaks version " + peer.version + ", this side version " + version);
    }
    long missing = peer.features & ~features;
    if (missing != 0) {
      return Optional.of(
          "the peer insists on features " + Long.toHexString(missing) + " that this side lacks");
    }
    return Optional.empty();
  }
}
