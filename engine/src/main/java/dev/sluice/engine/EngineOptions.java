package dev.sluice.engine;

/**
 * Sizes of a half-channel; immutable.
 *
 * @param bufferBytes size of the buffer for small reads and writes, 512 bytes to 64 MiB; also the
 *     farthest that {@link ChannelInput#peek} can look
 * @param vectorEntries how many pieces of memory may wait for one flush, 2 to 1024. 1024 is the
 *     most that Linux takes in one call.
 * @param flushBytes how many bytes may wait for one flush, at least 1; small values count once
 *     borrowed memory follows them, and never wait longer than the buffer has room
 */
public record EngineOptions(int bufferBytes, int vectorEntries, long flushBytes) {
  /** QEMU's sizes: 32 KiB ({@code IO_BUF_SIZE}) and 64 entries ({@code MAX_IOV_SIZE}). */
  public static final EngineOptions QEMU = new EngineOptions(32 << 10, 64, Long.MAX_VALUE);

  /** The sizes that the benchmarks show to be best; see {@code docs/performance.md}. */
  public static final EngineOptions DEFAULTS = new EngineOptions(64 << 10, 512, 1 << 20);

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public EngineOptions {
    check("bufferBytes", bufferBytes, 512, 64 << 20);
    check("vectorEntries", vectorEntries, 2, 1024);
    check("flushBytes", flushBytes, 1, Long.MAX_VALUE);
  }

  private static void check(String name, long value, long least, long greatest) {
    if (value < least || value > greatest) {
      throw new IllegalArgumentException(
          name + " is " + value + ", not in " + least + ".." + greatest);
    }
  }
}
