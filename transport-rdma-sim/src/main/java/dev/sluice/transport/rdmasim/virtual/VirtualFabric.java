package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.LinkPair;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;

/**
 * Hosts and links in one run of virtual time.
 *
 * <pre>{@code
 * VirtualFabric fabric = VirtualFabric.of(Simulation.withSeed(7));
 * VirtualHost source = fabric.host("source");
 * VirtualHost target = fabric.host("target");
 * fabric.join(source, target, LinkProfile.preset("roce100-dc-lossy"));
 * }</pre>
 *
 * <p>What the devices do takes place as events of the simulation. Code that is written for blocking
 * calls runs as it is: whoever waits through {@link
 * dev.sluice.transport.rdmasim.verbs.Fabric#await} lets the events happen.
 *
 * <h2>Threading</h2>
 *
 * The simulation's thread.
 */
public final class VirtualFabric {
  private final Simulation simulation;
  private long lives;

  private VirtualFabric(Simulation simulation) {
    this.simulation = simulation;
  }

  /**
   * Returns a fabric without hosts.
   *
   * @param simulation the run it takes place in
   */
  public static VirtualFabric of(Simulation simulation) {
    return new VirtualFabric(simulation);
  }

  /**
   * Returns a link between two new hosts, {@code a} and {@code b}; its directions are {@code a-b>}
   * and {@code a-b<} in rules of faults.
   *
   * @param simulation the run it takes place in
   * @param profile of the link
   */
  public static VirtualLink pair(Simulation simulation, LinkProfile profile) {
    VirtualFabric fabric = of(simulation);
    return fabric.join(fabric.host("a"), fabric.host("b"), profile);
  }

  /** Returns the run it takes place in. */
  public Simulation simulation() {
    return simulation;
  }

  /**
   * Makes a host with a usual device.
   *
   * @param name for messages, and for the names of links
   */
  public VirtualHost host(String name) {
    return host(name, DeviceLimits.USUAL);
  }

  /**
   * Makes a host.
   *
   * @param name for messages, and for the names of links
   * @param limits of its device
   */
  public VirtualHost host(String name, DeviceLimits limits) {
    return new VirtualHost(this, name, limits);
  }

  /**
   * Joins two hosts by a link, whose directions are {@code ONE-OTHER>} and {@code ONE-OTHER<}.
   *
   * @param one of this fabric
   * @param other of this fabric
   * @param profile of the direction to the other; its reverse is that of the way back
   * @throws IllegalArgumentException if they are of another fabric, or one and the same
   */
  public VirtualLink join(VirtualHost one, VirtualHost other, LinkProfile profile) {
    if (one == other || one.fabric() != this || other.fabric() != this) {
      throw new IllegalArgumentException(
          one + " and " + other + " cannot be joined: they must be two hosts of this fabric");
    }
    LinkPair pair = LinkPair.of(simulation, one.name() + "-" + other.name(), profile);
    VirtualLink link = new VirtualLink(one, other, pair);
    one.add(new Way(link, pair.forward(), other));
    other.add(new Way(link, pair.back(), one));
    return link;
  }

  /** Returns a number that no other life of a queue pair has. */
  long nextLife() {
    return ++lives;
  }
}
