package dev.sluice.transport.rdmasim.shm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a side says of itself: what it shares, and what the layer above has to say.
 *
 * @param features bits whose meaning is the layer's above
 * @param segment the name of the segment it made
 * @param byteCount how many bytes that has
 * @param payload what the layer above says, at most {@link #GREATEST_PAYLOAD_BYTE_COUNT} bytes
 */
record Hello(long features, SegmentName segment, long byteCount, ByteBuffer payload) {
  static final int GREATEST_PAYLOAD_BYTE_COUNT = 2048;

  /** Of everything that is shared: the counters, the rings, and these messages. */
  static final int LAYOUT_VERSION = 1;

  /** "sluiceSM". */
  private static final long MAGIC = 0x736c75696365534dL;

  private static final long GREATEST_BYTE_COUNT = 1L << 40;
  private static final int FIXED_BYTE_COUNT = 3 * Long.BYTES + Integer.BYTES + 2 * Short.BYTES;

  Frame frame(Frame.Type type) {
    if (payload.remaining() > GREATEST_PAYLOAD_BYTE_COUNT) {
      throw new IllegalArgumentException(
          "a payload of " + payload.remaining() + " bytes; at most " + GREATEST_PAYLOAD_BYTE_COUNT);
    }
    byte[] name = segment.toString().getBytes(US_ASCII);
    ByteBuffer body = ByteBuffer.allocate(FIXED_BYTE_COUNT + name.length + payload.remaining());
    body.putLong(MAGIC).putInt(LAYOUT_VERSION).putLong(features).putLong(byteCount);
    body.putShort((short) name.length).put(name);
    body.putShort((short) payload.remaining()).put(payload.duplicate());
    return new Frame(type, body.flip());
  }

  /**
   * Reads one.
   *
   * @throws ProtocolViolation if it is none
   * @throws TransportException of kind IO if the other side has another layout
   */
  static Hello in(Frame frame) throws TransportException {
    ByteBuffer body = frame.body().duplicate();
    String what = "of " + frame.type();
    require(body, Long.BYTES + Integer.BYTES, what);
    long magic = body.getLong();
    if (magic != MAGIC) {
      throw new ProtocolViolation("the first long " + what, magic, Long.toString(MAGIC));
    }
    int version = body.getInt();
    if (version != LAYOUT_VERSION) {
      // What follows may be anything.
      throw new TransportException(
          Kind.IO,
          "the peer has version " + version + " of the layout, this side " + LAYOUT_VERSION,
          "use the same release on both sides",
          null);
    }
    require(body, 2 * Long.BYTES, what);
    long features = body.getLong();
    long byteCount = body.getLong();
    if (byteCount < 1 || byteCount > GREATEST_BYTE_COUNT) {
      throw new ProtocolViolation(
          "the segment's size " + what, byteCount, "1 to " + GREATEST_BYTE_COUNT);
    }
    Optional<SegmentName> segment =
        SegmentName.parse(US_ASCII.decode(slice(body, what)).toString());
    if (segment.isEmpty()) {
      throw new ProtocolViolation("the segment's name " + what, 0, "a segment's name");
    }
    ByteBuffer payload = slice(body, what);
    if (payload.remaining() > GREATEST_PAYLOAD_BYTE_COUNT || body.hasRemaining()) {
      throw new ProtocolViolation(
          "the size of the payload and the rest " + what,
          (long) payload.remaining() + body.remaining(),
          "at most " + GREATEST_PAYLOAD_BYTE_COUNT + " and nothing");
    }
    return new Hello(features, segment.get(), byteCount, payload);
  }

  private static ByteBuffer slice(ByteBuffer body, String what) throws ProtocolViolation {
    require(body, Short.BYTES, what);
    int byteCount = Short.toUnsignedInt(body.getShort());
    require(body, byteCount, what);
    ByteBuffer slice = body.slice(body.position(), byteCount);
    body.position(body.position() + byteCount);
    return slice;
  }

  private static void require(ByteBuffer body, int byteCount, String what)
      throws ProtocolViolation {
    if (body.remaining() < byteCount) {
      throw new ProtocolViolation(
          "what is left " + what, body.remaining(), "at least " + byteCount + " bytes");
    }
  }
}
