package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.simulation.Timer;
import org.jspecify.annotations.Nullable;

/** The time that a peer without a receive asked for, in which nothing is sent. */
final class NotReadyTimer {
  private final Simulation simulation;
  private final Runnable over;
  private @Nullable Timer timer;
  private long endNanos;

  NotReadyTimer(Simulation simulation, Runnable over) {
    this.simulation = simulation;
    this.over = over;
  }

  void start(long nanos) {
    endNanos = simulation.nowNanos() + nanos;
    timer =
        simulation.schedule(
            nanos,
            () -> {
              timer = null;
              over.run();
            });
  }

  boolean isWaiting() {
    return timer != null;
  }

  /** Returns when the last wait ends or ended. */
  long endNanos() {
    return endNanos;
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    endNanos = 0;
  }
}
