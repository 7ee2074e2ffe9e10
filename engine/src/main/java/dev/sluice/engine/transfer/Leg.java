package dev.sluice.engine.transfer;

/** A side of a transfer. The words mean what they mean in QEMU. */
public enum Leg {
  /** The side that is listened on and read from; in a relay also written to. */
  INCOMING,
  /** The side that is connected to and written to; in a relay also read from. */
  OUTGOING
}
