package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.simulation.Timer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The time without an answer after which is sent again. One timer for a queue pair: an answer only
 * notes the time, and the timer, when it is due, looks whether it still is.
 */
final class RetryTimer {
  static final long NEVER = Long.MAX_VALUE;

  private final Simulation simulation;
  private final LongUnaryOperator deadlineNanos;
  private final Runnable expired;
  private @Nullable Timer timer;
  private long sinceNanos;

  /**
   * Creates a timer.
   *
   * @param deadlineNanos from the time since when is waited to the time to send again; {@link
   *     #NEVER}: nothing is waited for
   * @param expired sends again
   */
  RetryTimer(Simulation simulation, LongUnaryOperator deadlineNanos, Runnable expired) {
    this.simulation = simulation;
    this.deadlineNanos = deadlineNanos;
    this.expired = expired;
  }

  /** Notes that there is progress, or will be none before. */
  void restartAt(long nanos) {
    sinceNanos = nanos;
  }

  /** Starts it, if something is waited for. */
  void start() {
    if (timer != null) {
      return;
    }
    long deadline = deadlineNanos.applyAsLong(sinceNanos);
    if (deadline != NEVER) {
      timer = simulation.schedule(Math.max(0, deadline - simulation.nowNanos()), this::due);
    }
  }

  private void due() {
    timer = null;
    long deadline = deadlineNanos.applyAsLong(sinceNanos);
    if (deadline != NEVER && deadline <= simulation.nowNanos()) {
      sinceNanos = simulation.nowNanos();
      expired.run();
    }
    start();
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
