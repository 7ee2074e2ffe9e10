package dev.sluice.engine.transfer;

import dev.sluice.api.spi.TransportContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How to relay; immutable. Every duration is longer than zero.
 *
 * @param rate at most this many bytes a second, at least 1, over all connections and both
 *     directions together; empty: as fast as it goes. {@link Relay#rate} changes it.
 * @param once whether to accept no more once all connections that overlap have ended; those that
 *     failed before they became ready do not count
 * @param maxConnections after how many accepted connections to accept no more, at least 1; empty:
 *     never
 * @param acceptTimeout how long to wait for the first connection; empty: for ever
 * @param stallTimeout how long a side may take nothing while there are bytes for it
 * @param idleTimeout how long a connection may be silent both ways; empty: for ever
 * @param deadline how long the whole relay may take; empty: for ever
 * @param context connect, hand-shake and linger times for the transports
 * @param checks makes what says of each direction of each connection whether it was complete
 */
public record RelayOptions(
    OptionalLong rate,
    boolean once,
    OptionalInt maxConnections,
    Optional<Duration> acceptTimeout,
    Duration stallTimeout,
    Optional<Duration> idleTimeout,
    Optional<Duration> deadline,
    TransportContext context,
    Supplier<StreamCheck> checks) {

  /** No limit and no end, a stall time-out of 120 s, no other time-out of its own. */
  public static final RelayOptions DEFAULTS =
      new RelayOptions(
          OptionalLong.empty(),
          false,
          OptionalInt.empty(),
          Optional.empty(),
          Duration.ofMinutes(2),
          Optional.empty(),
          Optional.empty(),
          TransportContext.defaults(),
          () -> StreamCheck.NONE);

  /**
   * Checks the rate, the number and the durations.
   *
   * @throws IllegalArgumentException if the rate or the number is less than 1, or a duration not
   *     longer than zero
   */
  public RelayOptions {
    if (rate.isPresent() && rate.getAsLong() < 1) {
      throw new IllegalArgumentException("a rate of " + rate.getAsLong() + " bytes a second");
    }
    if (maxConnections.isPresent() && maxConnections.getAsInt() < 1) {
      throw new IllegalArgumentException("at most " + maxConnections.getAsInt() + " connections");
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
  public RelayOptions withRate(long bytesPerSecond) {
    return new RelayOptions(
        OptionalLong.of(bytesPerSecond),
        once,
        maxConnections,
        acceptTimeout,
        stallTimeout,
        idleTimeout,
        deadline,
        context,
        checks);
  }

  /** Returns these options for a relay that ends after the connections that overlap. */
  public RelayOptions withOnce() {
    return new RelayOptions(
        rate,
        true,
        maxConnections,
        acceptTimeout,
        stallTimeout,
        idleTimeout,
        deadline,
        context,
        checks);
  }

  /**
   * Returns these options with a number of connections.
   *
   * @param count see {@link #maxConnections()}
   */
  public RelayOptions withMaxConnections(int count) {
    return new RelayOptions(
        rate,
        once,
        OptionalInt.of(count),
        acceptTimeout,
        stallTimeout,
        idleTimeout,
        deadline,
        context,
        checks);
  }

  /**
   * Returns these options with an accept time-out.
   *
   * @param limit see {@link #acceptTimeout()}
   */
  public RelayOptions withAcceptTimeout(Duration limit) {
    return new RelayOptions(
        rate,
        once,
        maxConnections,
        Optional.of(limit),
        stallTimeout,
        idleTimeout,
        deadline,
        context,
        checks);
  }

  /**
   * Returns these options with a stall time-out.
   *
   * @param limit see {@link #stallTimeout()}
   */
  public RelayOptions withStallTimeout(Duration limit) {
    return new RelayOptions(
        rate, once, maxConnections, acceptTimeout, limit, idleTimeout, deadline, context, checks);
  }

  /**
   * Returns these options with an idle time-out.
   *
   * @param limit see {@link #idleTimeout()}
   */
  public RelayOptions withIdleTimeout(Duration limit) {
    return new RelayOptions(
        rate,
        once,
        maxConnections,
        acceptTimeout,
        stallTimeout,
        Optional.of(limit),
        deadline,
        context,
        checks);
  }

  /**
   * Returns these options with a deadline.
   *
   * @param limit see {@link #deadline()}
   */
  public RelayOptions withDeadline(Duration limit) {
    return new RelayOptions(
        rate,
        once,
        maxConnections,
        acceptTimeout,
        stallTimeout,
        idleTimeout,
        Optional.of(limit),
        context,
        checks);
  }

  /**
   * Returns these options with a context.
   *
   * @param other see {@link #context()}
   */
  public RelayOptions withContext(TransportContext other) {
    return new RelayOptions(
        rate,
        once,
        maxConnections,
        acceptTimeout,
        stallTimeout,
        idleTimeout,
        deadline,
        other,
        checks);
  }

  /**
   * Returns these options with a look at what is relayed.
   *
   * @param each see {@link #checks()}
   */
  public RelayOptions withChecks(Supplier<StreamCheck> each) {
    return new RelayOptions(
        rate,
        once,
        maxConnections,
        acceptTimeout,
        stallTimeout,
        idleTimeout,
        deadline,
        context,
        each);
  }
}
