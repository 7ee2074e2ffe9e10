package dev.sluice.transport.rdmasim.simulation;

/**
 * The two directions between two places.
 *
 * @param forward from the first to the second, with the profile
 * @param back the other way, with the profile's reverse
 */
public record LinkPair(Link forward, Link back) {
  /**
   * Returns two links, named {@code NAME>} and {@code NAME<}.
   *
   * @param simulation the run they are in
   * @param name tells them from others, in rules of faults and names of random streams
   * @param profile of both
   */
  public static LinkPair of(Simulation simulation, String name, LinkProfile profile) {
    return new LinkPair(
        new Link(simulation, name + ">", profile),
        new Link(simulation, name + "<", profile.reverse()));
  }
}
