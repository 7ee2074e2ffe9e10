package dev.sluice.transport.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The name a file has until it is complete. */
final class PartName {
  /** For the documentation: operators look for it after a crash. */
  static final String PATTERN = ".NAME.sluice-part-XXXXXXXX";

  /** Linux takes 255 bytes, of which the rest of the pattern needs 22. */
  private static final int MAX_NAME_BYTES = 255 - 22;

  private PartName() {}

  /**
   * Returns another name each time; a long one is shortened, so that it fits.
   *
   * @param target the complete file
   */
  static Path beside(Path target) {
    String name = String.valueOf(target.getFileName());
    while (name.getBytes(UTF_8).length > MAX_NAME_BYTES) {
      name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
    }
    int random = ThreadLocalRandom.current().nextInt();
    return target.resolveSibling("." + name + ".sluice-part-" + HexFormat.of().toHexDigits(random));
  }
}
