package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Simulation;

/** Holds a sender back while its link has enough to do, and calls it when it has not. */
final class Pacer {
  private final ReliableWire wire;
  private final Runnable resume;
  private boolean scheduled;

  Pacer(ReliableWire wire, Runnable resume) {
    this.wire = wire;
    this.resume = resume;
  }

  /** Tells whether the link can be given more; if not, the sender is called when it can. */
  boolean isReady() {
    Simulation simulation = wire.host().simulation();
    long waitNanos =
        wire.way().out().idleNanos() - simulation.nowNanos() - wire.pace().aheadNanos();
    if (waitNanos <= 0) {
      return true;
    }
    if (!scheduled) {
      scheduled = true;
      simulation.schedule(
          waitNanos,
          () -> {
            scheduled = false;
            resume.run();
          });
    }
    return false;
  }
}
