package dev.sluice.api;

/** Which way bytes flow, seen from the holder of a channel. */
public enum Direction {
  /** From the peer to the holder. */
  READ,
  /** From the holder to the peer. */
  WRITE,
  /** Both ways. */
  BOTH;

  /** Returns whether this covers reading. */
  public boolean reads() {
    return this != WRITE;
  }

  /** Returns whether this covers writing. */
  public boolean writes() {
    return this != READ;
  }
}
