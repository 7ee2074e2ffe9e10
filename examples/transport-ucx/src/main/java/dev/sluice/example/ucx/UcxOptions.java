package dev.sluice.example.ucx;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.TransportContext;
import java.time.Duration;

/**
 * The options of an address.
 *
 * @param windowBytes how much is taken from the peer, and from the caller, before it moves on
 * @param peerTimeout how long the peer may be silent
 * @param linger how long a close waits for the peer to read
 */
record UcxOptions(int windowBytes, Duration peerTimeout, Duration linger) {
  private static final long LEAST_WINDOW_BYTES = 4 << 10;

  /** A window for each direction, and another at the peer, stay below the contract's 64 MiB. */
  private static final long MOST_WINDOW_BYTES = 16 << 20;

  static final Option<Long> WINDOW =
      Option.byteCount(
          "window",
          "2MiB",
          "How many bytes of each direction this side holds, 4KiB to 16MiB. At least the bandwidth"
              + " times the round trip, for full speed.");

  static final Option<Duration> PEER_TIMEOUT =
      Option.duration(
          "peer-timeout",
          "10s",
          "How long nothing may be heard of the peer until it counts as dead, 2s or more. A process"
              + " that dies is noticed at once.");

  static final Option<Duration> LINGER =
      Option.duration(
          "linger", "30s", "How long closing waits for the peer to read what was written.");

  static UcxOptions in(TransportAddress address, TransportContext context)
      throws TransportException {
    long windowBytes = WINDOW.in(address);
    if (windowBytes < LEAST_WINDOW_BYTES || windowBytes > MOST_WINDOW_BYTES) {
      throw outOfRange(address, "window", "4KiB to 16MiB");
    }
    Duration peerTimeout = PEER_TIMEOUT.in(address);
    if (peerTimeout.compareTo(Duration.ofSeconds(2)) < 0) {
      throw outOfRange(address, "peer-timeout", "2s or more: each side is heard of once a second");
    }
    return new UcxOptions(
        (int) windowBytes, peerTimeout, LINGER.given(address).orElse(context.linger()));
  }

  private static TransportException outOfRange(TransportAddress address, String key, String range) {
    return new TransportException(
        Kind.ADDRESS,
        "option " + key + " of '" + address + "' is out of range",
        key + " takes " + range,
        null);
  }
}
