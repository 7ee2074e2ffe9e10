package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What all connections of a relay did; for any thread. */
final class RelayTotals {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder established = new LongAdder();
  private final LongAdder failedHandshakes = new LongAdder();
  private final LongAdder forwardBytes = new LongAdder();
  private final LongAdder backwardBytes = new LongAdder();
  private final LongAdder stalledNanos = new LongAdder();
  private final AtomicReference<@Nullable RelayedConnection> firstFailed = new AtomicReference<>();
  private final AtomicReference<@Nullable RelayedConnection> firstRefused = new AtomicReference<>();
  private volatile boolean anyReady;

  void accepted() {
    accepted.increment();
  }

  /** Notes that one became ready: those that do not are no part of what was to be relayed. */
  void ready() {
    anyReady = true;
  }

  void ended(RelayedConnection connection) {
    if (connection.failure().isPresent()) {
      failed.increment();
      (connection.connection() > 0 ? firstFailed : firstRefused)
          .accumulateAndGet(connection, RelayTotals::reason);
    }
  }

  /** A stream that was cut off explains others that fail with it, which may be told before. */
  private static @Nullable RelayedConnection reason(
      @Nullable RelayedConnection first, @Nullable RelayedConnection next) {
    return first == null || (isCutOff(next) && !isCutOff(first)) ? next : first;
  }

  private static boolean isCutOff(@Nullable RelayedConnection connection) {
    return connection != null
        && connection.failure().filter(failure -> failure.kind() == Kind.TRUNCATED).isPresent();
  }

  void established() {
    established.increment();
  }

  void handshakeFailed() {
    failedHandshakes.increment();
  }

  /** Returns what counts the bytes that one side has sent. */
  LongAdder byteCount(Leg from) {
    return from == Leg.INCOMING ? forwardBytes : backwardBytes;
  }

  void stalled(long nanos) {
    stalledNanos.add(nanos);
  }

  /** Returns the one that decides how the relay ended. */
  Optional<RelayedConnection> firstFailed() {
    return Optional.ofNullable((anyReady ? firstFailed : firstRefused).get());
  }

  /**
   * Returns all of it.
   *
   * @param stalling for how long the writes that are going on have been kept waiting
   */
  RelayProgress progress(int active, Duration stalling, Duration elapsed) {
    return new RelayProgress(
        active,
        accepted.sum(),
        failed.sum(),
        forwardBytes.sum(),
        backwardBytes.sum(),
        Duration.ofNanos(stalledNanos.sum()).plus(stalling),
        established.sum(),
        failedHandshakes.sum(),
        elapsed);
  }
}
