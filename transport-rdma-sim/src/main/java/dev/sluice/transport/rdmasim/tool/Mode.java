package dev.sluice.transport.rdmasim.tool;

/** What moves the bytes. */
enum Mode {
  /** A stream in a ring of the receiver, within its credits. */
  STREAM,
  /** Messages written into the receiver's memory, of which it is not told. */
  WRITE,
  /** Messages that take a receive each. */
  SEND
}
