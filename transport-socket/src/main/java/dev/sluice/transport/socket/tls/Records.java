package dev.sluice.transport.socket.tls;

import java.nio.ByteBuffer;

/** What can be told of a record of TLS before it is decrypted; RFC 8446, 5.1 and 5.2. */
final class Records {
  private static final int HEADER_BYTES = 5;
  private static final int LENGTH_AT = 3;

  /**
   * What the RFC allows: 2^14 of content, and 256 of what protects it. The JDK takes twice as much,
   * and needs larger buffers from then on, which is more than a stranger shall be able to ask for.
   */
  private static final int MOST_BYTES = (1 << 14) + 256;

  private Records() {}

  /** Returns whether the record that a buffer begins with is longer than one may be. */
  static boolean isTooLong(ByteBuffer received) {
    return received.remaining() >= HEADER_BYTES && length(received) > MOST_BYTES;
  }

  /** Returns that in words. */
  static String describe(ByteBuffer received) {
    return "a TLS record of " + length(received) + " bytes; " + MOST_BYTES + " are allowed";
  }

  private static int length(ByteBuffer received) {
    return Short.toUnsignedInt(received.getShort(received.position() + LENGTH_AT));
  }
}
