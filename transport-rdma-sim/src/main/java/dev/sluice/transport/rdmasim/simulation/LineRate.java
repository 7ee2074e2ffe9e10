package dev.sluice.transport.rdmasim.simulation;

/**
 * The time that bytes take at a rate, in picoseconds: a packet of 4178 bytes at 100 Gb/s takes
 * 334.24 ns, and nanoseconds would be wrong by a thousandth.
 *
 * @param bitsPerSecond 0: without limit
 */
record LineRate(long bitsPerSecond) {
  private static final long PICO_BITS_PER_BYTE = 8_000_000_000_000L;

  /** Returns the time of one packet, to half a picosecond. */
  long picosOf(int byteCount) {
    if (bitsPerSecond == 0) {
      return 0;
    }
    // What fits into a long up to 1.1 MB; a packet has 64 KiB and headers.
    return (byteCount * PICO_BITS_PER_BYTE + bitsPerSecond / 2) / bitsPerSecond;
  }

  /** Returns the bytes that leave in a time, rounded to the nearest. */
  long bytesIn(long picos) {
    return Math.round(picos / (double) PICO_BITS_PER_BYTE * bitsPerSecond);
  }

  /** Returns the time of many bytes, roughly. */
  double roughPicosOf(long byteCount) {
    return bitsPerSecond == 0 ? 0 : byteCount * (PICO_BITS_PER_BYTE / (double) bitsPerSecond);
  }
}
