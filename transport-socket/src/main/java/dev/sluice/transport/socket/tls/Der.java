package dev.sluice.transport.socket.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** As much of DER (X.690) as it takes to put a private key into the envelope that the JDK reads. */
final class Der {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  /** Context-specific, constructed, number 0. */
  static final int TAGGED_0 = 0xa0;

  private Der() {}

  /** Returns an element with the given contents, one after the other. */
  static byte[] element(int tag, byte[]... contents) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] content : contents) {
      body.writeBytes(content);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    writeLength(element, body.size());
    element.writeBytes(body.toByteArray());
    return element.toByteArray();
  }

  private static void writeLength(ByteArrayOutputStream to, int length) {
    if (length < 0x80) {
      to.write(length);
      return;
    }
    int byteCount = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
    to.write(0x80 | byteCount);
    for (int i = byteCount - 1; i >= 0; i--) {
      to.write(length >>> (8 * i));
    }
  }

  /**
   * Returns the contents of the first element with a tag among those inside a sequence.
   *
   * @throws IllegalArgumentException if the bytes are not such a sequence
   */
  static Optional<byte[]> findInSequence(byte[] sequence, int tag) {
    ByteBuffer elements = contents(ByteBuffer.wrap(sequence), SEQUENCE);
    while (elements.hasRemaining()) {
      int found = Byte.toUnsignedInt(elements.get(elements.position()));
      ByteBuffer contents = contents(elements, found);
      if (found == tag) {
        byte[] bytes = new byte[contents.remaining()];
        contents.get(bytes);
        return Optional.of(bytes);
      }
    }
    return Optional.empty();
  }

  /** Takes an element off. */
  private static ByteBuffer contents(ByteBuffer from, int expectedTag) {
    if (from.remaining() < 2 || Byte.toUnsignedInt(from.get()) != expectedTag) {
      throw new IllegalArgumentException("no element 0x" + Integer.toHexString(expectedTag));
    }
    int length = length(from);
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("an element is longer than what holds it");
    }
    ByteBuffer contents = from.slice(from.position(), length);
    from.position(from.position() + length);
    return contents;
  }

  private static int length(ByteBuffer from) {
    int first = Byte.toUnsignedInt(from.get());
    if (first < 0x80) {
      return first;
    }
    int byteCount = first & 0x7f;
    if (byteCount == 0 || byteCount > Integer.BYTES || byteCount > from.remaining()) {
      throw new IllegalArgumentException("an element has no definite length");
    }
    int length = 0;
    for (int i = 0; i < byteCount; i++) {
      length = length << 8 | Byte.toUnsignedInt(from.get());
    }
    return length;
  }
}
