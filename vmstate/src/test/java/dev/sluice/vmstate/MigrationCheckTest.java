package dev.sluice.vmstate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams as QEMU writes them, whole and cut off, in parts of any size. */
@Timeout(30)
final class MigrationCheckTest {
  private static final int RAM_PAGE = 4096;

  /** Around the six bytes that it keeps, and its ten. */
  private static final int[] PARTS = {1, 2, 5, 6, 7, 11};

  /** A page of text, a section's footer, the end mark. */
  private static DataOutputStream devices(ByteArrayOutputStream bytes) throws IOException {
    DataOutputStream stream = new DataOutputStream(bytes);
    stream.writeInt(0x5145564d);
    stream.writeInt(3);
    stream.writeByte(1);
    stream.writeInt(2);
    stream.writeLong(0x1008);
    stream.write("guest text ".repeat(RAM_PAGE / 11).getBytes(US_ASCII));
    stream.writeByte(0x7e);
    stream.writeInt(41);
    stream.writeByte(0);
    return stream;
  }

  private static byte[] withoutDescription() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    devices(bytes).flush();
    return bytes.toByteArray();
  }

  /**
   * @param jsonBytes decides about how the length before it looks
   */
  private static byte[] withDescription(int jsonBytes) throws IOException {
    String frame = "{\"page_size\": 4096, \"devices\": [{\"name\": \"%s\"}]}";
    String json = frame.formatted("x".repeat(jsonBytes - frame.length() + 2));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream stream = devices(bytes);
    stream.writeByte(6);
    stream.writeInt(json.length());
    stream.write(json.getBytes(US_ASCII));
    stream.flush();
    assertEquals(jsonBytes, json.length());
    return bytes.toByteArray();
  }

  private static MigrationCheck of(byte[] stream) {
    MigrationCheck check = new MigrationCheck();
    check.passed(ByteBuffer.wrap(stream).asReadOnlyBuffer());
    return check;
  }

  private static MigrationCheck inParts(byte[] stream, int partBytes) {
    return inParts(stream, () -> partBytes);
  }

  private static MigrationCheck inParts(byte[] stream, IntSupplier sizes) {
    MigrationCheck check = new MigrationCheck();
    for (int done = 0; done < stream.length; ) {
      int size = Math.min(stream.length - done, sizes.getAsInt());
      ByteBuffer part = ByteBuffer.allocateDirect(size + 3).position(3);
      part.put(stream, done, size).position(3);
      check.passed(part.asReadOnlyBuffer());
      done += size;
    }
    return check;
  }

  /** Of long ones the small parts would take too long. */
  private static int[] partsOf(byte[] stream) {
    return stream.length < 4 * RAM_PAGE ? PARTS : new int[] {1000};
  }

  private static void assertWhole(byte[] stream) {
    for (int partBytes : partsOf(stream)) {
      assertDoesNotThrow(() -> inParts(stream, partBytes).ended(), () -> "parts of " + partBytes);
    }
    assertDoesNotThrow(() -> of(stream).ended());
  }

  private static void assertCutOff(byte[] stream) {
    TransportException thrown = assertThrows(TransportException.class, () -> of(stream).ended());
    assertEquals(Kind.TRUNCATED, thrown.kind());
    assertTrue(thrown.toString().contains(" " + stream.length + " bytes "), thrown::toString);
    for (int partBytes : partsOf(stream)) {
      TransportException inParts =
          assertThrows(TransportException.class, () -> inParts(stream, partBytes).ended());
      assertEquals(thrown.getMessage(), inParts.getMessage());
    }
  }

  /** The last three bytes of a length may be text: 0x7b is the brace that JSON begins with. */
  @ParameterizedTest
  @ValueSource(ints = {0x3f, 0x7b, 0x7f, 0x100, 0x2041, 0x7b7b, 0x417b41, 0x7b7b7b})
  void streamWithADescription_isComplete_andAnyShorterOneIsNot(int jsonBytes) throws IOException {
    byte[] whole = withDescription(jsonBytes);
    assertWhole(whole);

    int end = whole.length;
    int json = end - jsonBytes;
    for (int cut : new int[] {1, 2, 3, 4, jsonBytes / 2, jsonBytes - 1, jsonBytes}) {
      assertCutOff(Arrays.copyOf(whole, end - cut));
    }
    // Of the type and the length before it; without both it is one without a description.
    for (int cut = 1; cut < 5; cut++) {
      assertCutOff(Arrays.copyOf(whole, json - cut));
    }
    assertCutOff(Arrays.copyOf(whole, end + 1));
  }

  @Test
  void streamWithoutADescription_isComplete_andAnyShorterOneIsNot() throws IOException {
    byte[] whole = withoutDescription();
    assertWhole(whole);

    for (int size = 1; size < whole.length; size++) {
      assertCutOff(Arrays.copyOf(whole, size));
    }
  }

  /** Each of them is what memory of a guest may look like. */
  @ParameterizedTest
  @ValueSource(
      strings = {"7e0000000000", "7e0000220000", "7e0000280000", "7e0100000100", "060000000000"})
  void memoryThatLooksLikeAnEnd_isNone(String last) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    devices(bytes).write(HexFormat.of().parseHex(last));

    assertCutOff(bytes.toByteArray());
  }

  @Test
  void partsOfAnySize_makeNoDifference() throws IOException {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] whole = withDescription(0x2041);
    for (int mostBytes : new int[] {1, 2, 7, 64, 1000, whole.length}) {
      IntSupplier sizes = () -> 1 + random.nextInt(mostBytes);
      String repeat = "repeat with -Dsluice.seed=" + seed + ", parts of " + mostBytes;
      assertDoesNotThrow(() -> inParts(whole, sizes).ended(), repeat);
      byte[] cutOff = Arrays.copyOf(whole, 1 + random.nextInt(RAM_PAGE));
      assertThrows(TransportException.class, () -> inParts(cutOff, sizes).ended(), repeat);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "QEVM\0\0\0\2 obsolete", "GET / HTTP/1.1", "\u0011\"3D\0"})
  void anyOtherStream_isNoneOfItsBusiness(String text) {
    assertDoesNotThrow(() -> of(text.getBytes(US_ASCII)).ended());
  }
}
