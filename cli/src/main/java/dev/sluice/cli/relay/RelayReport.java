package dev.sluice.cli.relay;

import dev.sluice.cli.console.Failure;
import dev.sluice.cli.session.StopSignal;
import dev.sluice.engine.transfer.RelayListener;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayedConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Tells somebody of a relay; one call at a time, in the order in which things happened, but for
 * {@link #metrics} before all else. {@link #summary} comes at most once; it or {@link #failed}
 * comes last. {@link #progress} is left out while much is to be told.
 */
interface RelayReport extends RelayListener {
  /** Tells, before all else, where to ask how far the relay is. */
  default void beginning(Supplier<RelayProgress> progress) {}

  /** Tells where metrics are served. */
  default void metrics(String url) {}

  /** Returns how often {@link #progress} wants to be called; empty: never. */
  default Optional<Duration> progressPeriod() {
    return Optional.empty();
  }

  /** Tells how far the relay is. */
  default void progress(RelayProgress progress) {}

  /** Tells that a connection has ended; instead of {@link RelayListener#closed}. */
  default void closed(RelayedConnection connection, Optional<Failure> failure) {}

  /** Tells that the rate was changed; empty: there is no limit now. */
  default void rateChanged(OptionalLong bytesPerSecond) {}

  /** Tells of something that is wrong and ends nothing. */
  default void warning(Failure failure) {}

  /** Tells that a signal came, after which running connections may go on for a while. */
  default void stopping(StopSignal signal, int activeConnections, Duration grace) {}

  /**
   * Tells what was done in all, if anything was begun.
   *
   * @param status the exit status
   */
  default void summary(RelayProgress totals, int status) {}

  /** Tells why the exit status is not 0. */
  default void failed(Failure failure) {}
}
