package dev.sluice.transport.rdmasim.tool;

import java.util.Locale;

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
}
