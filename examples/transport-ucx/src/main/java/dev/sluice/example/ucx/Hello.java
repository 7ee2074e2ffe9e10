package dev.sluice.example.ucx;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The first thing that each side says.
 *
 * @param windowBytes how many bytes it takes before they are read
 * @param nonce a random number that marks its memory keys
 * @param workerAddress where UCX reaches it, in UCX's own form
 */
record Hello(int windowBytes, long nonce, byte[] workerAddress) {
  private static final long MAGIC = 0x534c_5543_452d_5543L; // "SLUCE-UC"
  private static final int VERSION = 1;

  /** Magic, version, window, nonce, length of the address. */
  static final int HEAD_BYTE_COUNT = 8 + 4 + 4 + 8 + 4;

  /** 215 on a host with two TCP devices; some hundred for each device more. */
  private static final int MOST_ADDRESS_BYTES = 64 << 10;

  ByteBuffer encoded() {
    return ByteBuffer.allocate(HEAD_BYTE_COUNT + workerAddress.length)
        .putLong(MAGIC)
        .putInt(VERSION)
        .putInt(windowBytes)
        .putLong(nonce)
        .putInt(workerAddress.length)
        .put(workerAddress)
        .flip();
  }

  /** Returns the length of the address that follows a head, which is left as it is. */
  static int addressByteCount(ByteBuffer head) throws ProtocolException {
    if (head.getLong(0) != MAGIC) {
      throw new ProtocolException("the peer does not speak the protocol of ucx:");
    }
    if (head.getInt(8) != VERSION) {
      throw new ProtocolException(
          "the peer speaks version " + head.getInt(8) + " of the protocol, this side " + VERSION);
    }
    int byteCount = head.getInt(24);
    if (byteCount < 1 || byteCount > MOST_ADDRESS_BYTES) {
      throw new ProtocolException("the peer's worker address has " + byteCount + " bytes");
    }
    return byteCount;
  }

  static Hello decoded(ByteBuffer head, byte[] workerAddress) throws ProtocolException {
    int windowBytes = head.getInt(12);
    if (windowBytes < 1) {
      throw new ProtocolException("the peer takes " + windowBytes + " bytes before they are read");
    }
    return new Hello(windowBytes, head.getLong(16), workerAddress);
  }
}
