package dev.sluice.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * What a transport may use of its host; immutable.
 *
 * <p>There is no executor and no clock: a transport works in its caller's thread.
 */
public final class TransportContext {
  private static final TransportContext DEFAULTS =
      new TransportContext(
          Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(30), "dev.sluice");

  private final Duration connectTimeout;
  private final Duration handshakeTimeout;
  private final Duration linger;
  private final String loggerName;

  private TransportContext(
      Duration connectTimeout, Duration handshakeTimeout, Duration linger, String loggerName) {
    this.connectTimeout = connectTimeout;
    this.handshakeTimeout = handshakeTimeout;
    this.linger = linger;
    this.loggerName = loggerName;
  }

  /** Returns the context of a host that has nothing to say: 10 s, 10 s, 30 s. */
  public static TransportContext defaults() {
    return DEFAULTS;
  }

  /** Returns how long {@code connect} may take until the peer has accepted. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** Returns how long a hand-shake may take. */
  public Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  /** Returns how long {@code close} may wait for the peer to take what was written. */
  public Duration linger() {
    return linger;
  }

  /** Returns the logger for what a user of a running transport should know. */
  public System.Logger logger() {
    return System.getLogger(loggerName);
  }

  /**
   * Returns this context with another connect time-out.
   *
   * @param duration longer than zero
   */
  public TransportContext withConnectTimeout(Duration duration) {
    return new TransportContext(positive(duration), handshakeTimeout, linger, loggerName);
  }

  /**
   * Returns this context with another hand-shake time-out.
   *
   * @param duration longer than zero
   */
  public TransportContext withHandshakeTimeout(Duration duration) {
    return new TransportContext(connectTimeout, positive(duration), linger, loggerName);
  }

  /**
   * Returns this context with another linger time.
   *
   * @param duration longer than zero
   */
  public TransportContext withLinger(Duration duration) {
    return new TransportContext(connectTimeout, handshakeTimeout, positive(duration), loggerName);
  }

  /**
   * Returns this context with another logger.
   *
   * @param name as for {@link System#getLogger(String)}
   */
  public TransportContext withLogger(String name) {
    return new TransportContext(
        connectTimeout, handshakeTimeout, linger, Objects.requireNonNull(name, "name"));
  }

  private static Duration positive(Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("not longer than zero: " + duration);
    }
    return duration;
  }
}
