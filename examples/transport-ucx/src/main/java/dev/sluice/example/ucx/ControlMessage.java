package dev.sluice.example.ucx;

/**
 * What the two ends tell each other beside the stream. UCX carries only bytes; a message counts
 * them, so that the two need no common order.
 *
 * @param type what is told
 * @param value its number, see {@link Type}
 */
record ControlMessage(Type type, long value) {
  /** A byte for the type, a long for the value. */
  static final int BYTE_COUNT = 9;

  /** The order is part of the protocol. */
  enum Type {
    /** I am here. */
    BEAT,
    /** I have read so many bytes, which makes room for as many. */
    READ,
    /** My output ends behind so many bytes. */
    END,
    /** I have read all bytes up to your end; I had written so many of mine by then. */
    TAKEN,
    /** I leave in good order, and have read so many bytes. Nothing follows. */
    BYE,
    /** Memory number so-and-so is no longer to be written to. */
    WITHDRAW,
    /** I write to that memory no more. */
    WITHDRAWN
  }
}
