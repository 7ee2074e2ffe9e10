package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.kit.Ability;
import dev.sluice.transport.rdmasim.kit.Rig;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** A rig under virtual time. */
final class VirtualRig implements Rig {
  /** Longer than the retries of the scenarios' connections, 8 times 67 ms. */
  private static final Duration SETTLED = Duration.ofMillis(900);

  private final Simulation simulation = Simulation.withSeed(1);
  private final VirtualHost near;
  private final VirtualHost far;

  private VirtualRig(DeviceLimits limits, String profile) {
    VirtualFabric fabric = VirtualFabric.of(simulation);
    near = fabric.host("near", limits);
    far = fabric.host("far", limits);
    fabric.join(near, far, LinkProfile.parse(profile));
  }

  static VirtualRig reliable(DeviceLimits limits) {
    return new VirtualRig(limits, "roce100-rack");
  }

  /**
   * With packets lost, doubled and late in both directions. A lost answer can cost 67 ms, so that
   * there are fewer of them.
   */
  static VirtualRig lossy(DeviceLimits limits) {
    return new VirtualRig(
        limits,
        "roce100-rack,duplicate=0.1,jitter=uniform:2us,loss=every:300,reverse.loss=every:4999");
  }

  @Override
  public RdmaDevice near() {
    return near.device();
  }

  @Override
  public RdmaDevice far() {
    return far.device();
  }

  @Override
  public void settle() {
    simulation.runUntil(() -> simulation.pendingCount() == 0, SETTLED);
  }

  @Override
  public void elapse(Duration time) {
    simulation.runFor(time);
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(Ability.TIMED_RETRIES, Ability.EXACT_TIME, Ability.FAULTS);
  }

  @Override
  public void close() {}
}
