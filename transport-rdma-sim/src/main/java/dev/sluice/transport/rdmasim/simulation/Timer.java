package dev.sluice.transport.rdmasim.simulation;

import org.jspecify.annotations.Nullable;

/**
 * Something that will happen at a moment of virtual time, unless it is cancelled first. Belongs to
 * the simulation's thread.
 */
public final class Timer {
  private final EventQueue queue;
  private final long dueNanos;

  /** Null once it ran or was cancelled, which also lets go of what the action holds. */
  private @Nullable Runnable action;

  Timer(EventQueue queue, long dueNanos, Runnable action) {
    this.queue = queue;
    this.dueNanos = dueNanos;
    this.action = action;
  }

  /** Returns the virtual time it is or was due at, in ns. */
  public long dueNanos() {
    return dueNanos;
  }

  /** Tells whether it has neither run nor been cancelled. */
  public boolean isPending() {
    return action != null;
  }

  /**
   * Takes it back, in constant time on average.
   *
   * @return false if it ran already or was cancelled before
   */
  public boolean cancel() {
    if (action == null) {
      return false;
    }
    action = null;
    queue.cancelled();
    return true;
  }

  /** Returns the action and forgets it; null if cancelled. */
  @Nullable Runnable take() {
    Runnable taken = action;
    action = null;
    return taken;
  }
}
