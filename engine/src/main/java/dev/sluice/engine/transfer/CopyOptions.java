package dev.sluice.engine.transfer;

import dev.sluice.api.spi.TransportContext;
import java.time.Duration;
import java.util.Optional;

/**
 * How to copy; immutable. Every duration is longer than zero.
 *
 * @param rate at most this many bytes a second, at least 1; empty: as fast as it goes
 * @param digest what to sum up the bytes with; empty: nothing, which lets the kernel copy
 * @param acceptTimeout how long to wait for the incoming side; empty: for ever
 * @param stallTimeout how long one write may be blocked
 * @param idleTimeout how long the incoming side may be silent; empty: for ever
 * @param deadline how long the whole may take; empty: for ever
 * @param context connect, hand-shake and linger times for the transports
 */
public record CopyOptions(
    Optional<Long> rate,
    Optional<DigestAlgorithm> digest,
    Optional<Duration> acceptTimeout,
    Duration stallTimeout,
    Optional<Duration> idleTimeout,
    Optional<Duration> deadline,
    TransportContext context) {

  /** No limit and no digest, a stall time-out of 120 s, no other time-out of its own. */
  public static final CopyOptions DEFAULTS =
      new CopyOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofMinutes(2),
          Optional.empty(),
          Optional.empty(),
          TransportContext.defaults());

  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public CopyOptions {
    if (rate.isPresent() && rate.get() < 1) {
      throw new IllegalArgumentException("a rate of " + rate.get() + " bytes a second");
    }
  }

  /**
   * Returns these options with a rate.
   *
   * @param bytesPerSecond see {@link #rate()}
   */
  public CopyOptions withRate(long bytesPerSecond) {
    return new CopyOptions(
        Optional.of(bytesPerSecond),
        digest,
        acceptTimeout,
        stallTimeout,
        idleTimeout,
        deadline,
        context);
  }

  /**
   * Returns these options with a digest.
   *
   * @param algorithm see {@link #digest()}
   */
  public CopyOptions withDigest(DigestAlgorithm algorithm) {
    return new CopyOptions(
        rate, Optional.of(algorithm), acceptTimeout, stallTimeout, idleTimeout, deadline, context);
  }
}
