package dev.sluice.transport.file;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

/** Permissions as {@code chmod} writes them. */
final class OctalMode {
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");

  private OctalMode() {}

  /**
   * Reads permissions such as {@code 640} or {@code 0640}.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static Set<PosixFilePermission> parse(String text) {
    if (!OCTAL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an octal mode: write three digits 0 to 7, such as 0640");
    }
    int bits = Integer.parseInt(text, 8);
    StringBuilder letters = new StringBuilder("rwxrwxrwx");
    for (int i = 0; i < letters.length(); i++) {
      if ((bits & (0400 >> i)) == 0) {
        letters.setCharAt(i, '-');
      }
    }
    return PosixFilePermissions.fromString(letters.toString());
  }
}
