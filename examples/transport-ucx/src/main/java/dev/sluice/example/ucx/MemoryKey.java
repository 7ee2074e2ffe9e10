package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What the peer must know of memory to write into it.
 *
 * <p>UCX believes every byte of a packed key, and would follow a wrong one to a wrong address. So
 * the key carries the nonce of its connection and a checksum: one of another connection, or one
 * that was cut or changed on its way, is refused before UCX sees it.
 *
 * @param memory its number
 * @param address where it is in its owner's process
 * @param byteCount its size
 * @param packed UCX's own key
 */
record MemoryKey(long memory, long address, long byteCount, byte[] packed) {
  private static final int HEAD_BYTE_COUNT = 4 * Long.BYTES;
  private static final int CHECKSUM_BYTE_COUNT = Integer.BYTES;

  /** The contract's, as a counted string of the stream has no more. */
  private static final int MOST_BYTES = 255;

  ByteBuffer encoded(long nonce) throws TransportException {
    int byteCount = HEAD_BYTE_COUNT + packed.length + CHECKSUM_BYTE_COUNT;
    if (byteCount > MOST_BYTES) {
      throw new TransportException(
          Kind.LIMIT,
          "UCX's key has " + packed.length + " bytes, with ours " + byteCount + " of " + MOST_BYTES,
          "UCX_NET_DEVICES with fewer devices makes it shorter",
          null);
    }
    ByteBuffer key =
        ByteBuffer.allocate(byteCount)
            .putLong(nonce)
            .putLong(memory)
            .putLong(address)
            .putLong(this.byteCount)
            .put(packed);
    return key.putInt(checksum(key.duplicate().flip())).flip().asReadOnlyBuffer();
  }

  /**
   * Reads a key of the peer.
   *
   * @param encoded its position is left alone
   * @param nonce the peer's
   */
  static MemoryKey decoded(ByteBuffer encoded, long nonce) throws TransportException {
    ByteBuffer key = encoded.slice();
    int packedByteCount = key.remaining() - HEAD_BYTE_COUNT - CHECKSUM_BYTE_COUNT;
    if (packedByteCount < 0
        || key.getLong(0) != nonce
        || key.getInt(HEAD_BYTE_COUNT + packedByteCount)
            != checksum(key.slice(0, HEAD_BYTE_COUNT + packedByteCount))) {
      throw new TransportException(
          Kind.IO,
          "these " + encoded.remaining() + " bytes are no memory key of this channel's peer",
          "pass on what the peer's key() gave, whole, over the channel it belongs to",
          null);
    }
    byte[] packed = new byte[packedByteCount];
    key.get(HEAD_BYTE_COUNT, packed);
    return new MemoryKey(key.getLong(8), key.getLong(16), key.getLong(24), packed);
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }
}
