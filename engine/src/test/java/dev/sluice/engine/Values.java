package dev.sluice.engine;

import java.util.Random;

/** Random values that meet the edges often. */
final class Values {
  private Values() {}

  /** Returns a length: mostly small, sometimes near a multiple of the buffer. */
  static int length(Random random, EngineOptions options) {
    int buffer = Math.min(options.bufferBytes(), 4096);
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1, 2 -> random.nextInt(20);
      case 3 -> random.nextInt(300);
      case 4 -> Math.max(0, buffer * (1 + random.nextInt(2)) + random.nextInt(-9, 10));
      default -> random.nextInt(3 * buffer);
    };
  }

  /** Returns a string with any characters, lone surrogates too. */
  static String anyText(Random random, int charCount) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < charCount; i++) {
      text.append(
          (char)
              switch (random.nextInt(4)) {
                case 0 -> random.nextInt(0x10000);
                case 1 -> random.nextInt(0x800);
                case 2 -> 0xD800 + random.nextInt(0x800);
                default -> random.nextInt(0x80);
              });
    }
    return text.toString();
  }

  /** Returns a string of so many code points of one to four bytes each in UTF-8. */
  static String wellFormedText(Random random, int codePointCount) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < codePointCount; i++) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> 0x10000 + random.nextInt(0x100000);
            case 1 -> random.nextInt(0x800);
            case 2 -> 0xE000 + random.nextInt(0x2000);
            default -> random.nextInt(0x80);
          });
    }
    return text.toString();
  }
}
