package dev.sluice.engine;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings whose length is told by one byte, in UTF-8; malformed text is an error both ways. */
final class CountedStrings {
  private static final int MAX_BYTES = 255;

  private CountedStrings() {}

  static byte[] encode(String text) {
    ByteBuffer encoded;
    try {
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException malformed) {
      throw new IllegalArgumentException("not well-formed Unicode: '" + text + "'", malformed);
    }
    if (encoded.remaining() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a counted string holds at most 255 bytes, this one has " + encoded.remaining());
    }
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
