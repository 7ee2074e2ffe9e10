package dev.sluice.transport.rdmasim.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StreamHelloTest {
  private static final StreamHello HELLO =
      new StreamHello(0xabcdef, 2, 0xfedc_ba98, 1L << 40, 0xffff, (1 << 29) - 1, 0x8000_0001);

  @Test
  void encoded_isReadBackAndFitsIntoPrivateData() throws Exception {
    ByteBuffer encoded = HELLO.encode();
    assertEquals(StreamHello.BYTE_COUNT, encoded.remaining());
    assertTrue(encoded.remaining() <= 56);
    assertEquals(1, encoded.get(0));
    assertEquals(HELLO, StreamHello.decode(encoded));
    assertEquals(StreamHello.BYTE_COUNT, encoded.remaining());
  }

  @Test
  void encoded_isBigEndianAtAnyPlaceOfAnyBuffer() throws Exception {
    ByteBuffer padded = ByteBuffer.allocateDirect(56).position(9).put(HELLO.encode()).position(9);
    assertEquals(HELLO, StreamHello.decode(padded.order(ByteOrder.LITTLE_ENDIAN)));
    assertEquals(1L << 40, HELLO.encode().getLong(8));
  }

  @Test
  void otherVersion_isToldWithWhatToDo() {
    TransportException refused = refused(encoded -> encoded.put(0, (byte) 200));
    assertTrue(message(refused).contains("version 200"));
    assertTrue(refused.hint().orElseThrow().contains("same release"));
  }

  @Test
  void impossibleValues_areToldByNameAndValue() {
    assertNamed("reserved 3", refused(encoded -> encoded.put(1, (byte) 3)));
    assertNamed("receive count 0", refused(encoded -> encoded.putShort(2, (short) 0)));
    assertNamed("ring key 0", refused(encoded -> encoded.putInt(4, 0)));
    assertNamed("window 0", refused(encoded -> encoded.putLong(8, 0)));
    assertNamed("window -1", refused(encoded -> encoded.putLong(8, -1)));
    assertNamed("credit key 0", refused(encoded -> encoded.putInt(16, 0)));
    assertNamed("sender's queue pair 0", refused(encoded -> encoded.putInt(20, 0)));
    assertNamed("receiver's queue pair 16777216", refused(encoded -> encoded.putInt(24, 1 << 24)));
    assertNamed("greatest message -1", refused(encoded -> encoded.putInt(28, -1)));
    assertNamed("greatest message 536870912", refused(encoded -> encoded.putInt(28, 1 << 29)));
    assertNamed("31 bytes", refused(encoded -> encoded.limit(31)));
    assertNamed("empty", refused(encoded -> encoded.limit(0)));
  }

  @Test
  void anyBytes_areReadOrRefused() {
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int run = 0; run < 100_000; run++) {
      byte[] bytes = new byte[random.nextInt(57)];
      random.nextBytes(bytes);
      if (bytes.length > 1) {
        bytes[0] = 1;
        bytes[1] = 0;
      }
      try {
        StreamHello hello = StreamHello.decode(ByteBuffer.wrap(bytes));
        assertEquals(hello, StreamHello.decode(hello.encode()));
      } catch (TransportException refused) {
        assertEquals(Kind.IO, refused.kind(), () -> "repeat with -Dsluice.seed=" + seed);
      }
    }
  }

  private static TransportException refused(Consumer<ByteBuffer> change) {
    ByteBuffer encoded = HELLO.encode();
    change.accept(encoded);
    TransportException refused =
        assertThrows(TransportException.class, () -> StreamHello.decode(encoded));
    assertEquals(Kind.IO, refused.kind());
    return refused;
  }

  private static void assertNamed(String value, TransportException refused) {
    assertTrue(message(refused).contains(value), message(refused));
  }

  private static String message(TransportException refused) {
    return String.valueOf(refused.getMessage());
  }
}
