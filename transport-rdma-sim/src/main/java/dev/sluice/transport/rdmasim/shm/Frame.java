package dev.sluice.transport.rdmasim.shm;

import java.nio.ByteBuffer;

/**
 * A message of the set-up: the byte count of its body (4 bytes), its type (1 byte), and the body.
 *
 * @param type which one
 * @param body what it says; its reader checks it
 */
record Frame(Type type, ByteBuffer body) {
  /** The messages. */
  enum Type {
    /** From the connecting side: who it is, and what it shares. */
    HELLO(1),
    /** From the accepting side: what it shares. */
    READY(2),
    /** From the connecting side: it has mapped that. */
    GO(3),
    /** From either, in place of the next message: why there will be no connection. */
    REJECT(4);

    private final byte code;

    Type(int code) {
      this.code = (byte) code;
    }
  }

  static final int HEAD_BYTE_COUNT = 5;
  static final int GREATEST_BODY_BYTE_COUNT = 4096;

  ByteBuffer encoded() {
    if (body.remaining() > GREATEST_BODY_BYTE_COUNT) {
      throw new IllegalArgumentException(
          type + " of " + body.remaining() + " bytes; at most " + GREATEST_BODY_BYTE_COUNT);
    }
    return ByteBuffer.allocate(HEAD_BYTE_COUNT + body.remaining())
        .putInt(body.remaining())
        .put(type.code)
        .put(body.duplicate())
        .flip();
  }

  static int bodyByteCount(ByteBuffer head) throws ProtocolViolation {
    int byteCount = head.getInt(0);
    if (byteCount < 0 || byteCount > GREATEST_BODY_BYTE_COUNT) {
      throw new ProtocolViolation(
          "the length of a set-up message", byteCount, "0 to " + GREATEST_BODY_BYTE_COUNT);
    }
    return byteCount;
  }

  static Frame of(ByteBuffer head, ByteBuffer body) throws ProtocolViolation {
    byte code = head.get(Integer.BYTES);
    for (Type type : Type.values()) {
      if (type.code == code) {
        return new Frame(type, body);
      }
    }
    throw new ProtocolViolation("the type of a set-up message", code, "1 to 4");
  }
}
