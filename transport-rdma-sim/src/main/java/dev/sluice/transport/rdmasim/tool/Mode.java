package dev.sluice.transport.rdmasim.tool;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What moves the bytes. */
enum Mode {
  /** A stream in a ring of the receiver, within its credits. */
  STREAM,
  /** Messages written into the receiver's memory, of which it is not told. */
  WRITE,
  /** Messages that take a receive each. */
  SEND;

  /** Returns what the option calls it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the one that the option names.
   *
   * @throws IllegalArgumentException if it names none
   */
  static Mode parse(String text) {
    for (Mode mode : values()) {
      if (mode.text().equalsIgnoreCase(text)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "--mode '"
            + text
            + "' is none of "
            + Arrays.stream(values()).map(Mode::text).collect(Collectors.joining(", ")));
  }
}
