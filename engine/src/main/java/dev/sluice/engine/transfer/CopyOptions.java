package dev.sluice.engine.transfer;

import dev.sluice.api.spi.TransportContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to copy; immutable. Every duration is longer than zero.
 *
 * @param rate at most this many bytes a second, at least 1; empty: as fast as it goes
 * @param digest what to sum up the bytes with; empty: nothing, which lets the kernel copy
 * @param acceptTimeout how long to wait for the incoming side; empty: for ever
 * @param stallTimeout how long the outgoing side may take nothing
 * @param idleTimeout how long the incoming side may be silent; empty: for ever
 * @param deadline how long the whole may take; empty: for ever
 * @param context connect, hand-shake and linger times for the transports
 */
public record CopyOptions(
    OptionalLong rate,
    Optional<DigestAlgorithm> digest,
    Optional<Duration> acceptTimeout,
    Duration stallTimeout,
    Optional<Duration> idleTimeout,
    Optional<Duration> deadline,
    TransportContext context) {

  /** No limit and no digest, a stall time-out of 120 s, no other time-out of its own. */
  public static final CopyOptions DEFAULTS =
      new CopyOptions(
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofMinutes(2),
          Optional.empty(),
          Optional.empty(),
          TransportContext.defaults());

  /**
   * Checks the rate and the durations.
   *
   * @throws IllegalArgumentException if the rate is less than 1, or a duration not longer than zero
   */
  public CopyOptions {
    if (rate.isPresent() && rate.getAsLong() < 1) {
      throw new IllegalArgumentException("a rate of " + rate.getAsLong() + " bytes a second");
    }
    Durations.requirePositive("an accept time-out", acceptTimeout);
    Durations.requirePositive("a stall time-out", Optional.of(stallTimeout));
    Durations.requirePositive("an idle time-out", idleTimeout);
    Durations.requirePositive("a deadline", deadline);
  }

  /**
   * Returns these options with a rate.
   *
   * @param bytesPerSecond see {@link #rate()}
   */
  public CopyOptions withRate(long bytesPerSecond) {
    return new CopyOptions(
        OptionalLong.of(bytesPerSecond),
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

  /**
   * Returns these options with an accept time-out.
   *
   * @param limit see {@link #acceptTimeout()}
   */
  public CopyOptions withAcceptTimeout(Duration limit) {
    return new CopyOptions(
        rate, digest, Optional.of(limit), stallTimeout, idleTimeout, deadline, context);
  }

  /**
   * Returns these options with a stall time-out.
   *
   * @param limit see {@link #stallTimeout()}
   */
  public CopyOptions withStallTimeout(Duration limit) {
    return new CopyOptions(rate, digest, acceptTimeout, limit, idleTimeout, deadline, context);
  }

  /**
   * Returns these options with an idle time-out.
   *
   * @param limit see {@link #idleTimeout()}
   */
  public CopyOptions withIdleTimeout(Duration limit) {
    return new CopyOptions(
        rate, digest, acceptTimeout, stallTimeout, Optional.of(limit), deadline, context);
  }

  /**
   * Returns these options with a deadline.
   *
   * @param limit see {@link #deadline()}
   */
  public CopyOptions withDeadline(Duration limit) {
    return new CopyOptions(
        rate, digest, acceptTimeout, stallTimeout, idleTimeout, Optional.of(limit), context);
  }

  /**
   * Returns these options with a context.
   *
   * @param other see {@link #context()}
   */
  public CopyOptions withContext(TransportContext other) {
    return new CopyOptions(rate, digest, acceptTimeout, stallTimeout, idleTimeout, deadline, other);
  }
}
