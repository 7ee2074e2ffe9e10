package dev.sluice.transport.rdmasim.kit;

import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import java.time.Duration;
import java.util.Set;

/**
 * Two devices that reach each other, in one mode of the simulation, used by one thread.
 *
 * <h2>Ownership</h2>
 *
 * Whoever makes it closes it, after everything that was made through its devices.
 */
public interface Rig extends AutoCloseable {
  /** Returns the device whose side starts most things. */
  RdmaDevice near();

  /** Returns its peer. */
  RdmaDevice far();

  /**
   * Lets everything happen that can happen by itself, on both sides. A request that is repeated
   * without end, because the peer has no receive, is no reason to stay: the link's clock moves by
   * about a second at most.
   */
  void settle();

  /**
   * Lets time pass on the link's clock.
   *
   * @param time how much
   */
  void elapse(Duration time);

  /** Returns what it can show besides. */
  Set<Ability> abilities();

  @Override
  void close();
}
