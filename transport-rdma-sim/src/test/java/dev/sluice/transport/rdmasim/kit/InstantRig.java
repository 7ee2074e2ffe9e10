package dev.sluice.transport.rdmasim.kit;

import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.InstantFabric;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A rig without time and loss: what can happen has happened when a verb returns. */
public final class InstantRig implements Rig {
  private final RdmaDevice near;
  private final RdmaDevice far;

  /**
   * Creates a rig.
   *
   * @param limits of both devices
   */
  public InstantRig(DeviceLimits limits) {
    RdmaDevice[] devices = InstantFabric.pair(limits);
    near = devices[0];
    far = devices[1];
  }

  @Override
  public RdmaDevice near() {
    return near;
  }

  @Override
  public RdmaDevice far() {
    return far;
  }

  @Override
  public void settle() {
    ((InstantFabric) near.fabric()).settle();
  }

  @Override
  public void elapse(Duration time) {
    settle();
    ((InstantFabric) near.fabric()).await(List.of(), () -> false, time);
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of();
  }

  @Override
  public void close() {}
}
