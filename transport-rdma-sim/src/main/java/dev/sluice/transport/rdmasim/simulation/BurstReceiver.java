package dev.sluice.transport.rdmasim.simulation;

/** Who a {@link Link} delivers to. Called in the simulation's thread. */
@FunctionalInterface
public interface BurstReceiver {
  /**
   * Takes packets that arrived in their order and without a gap among them, the last one now. Lost
   * packets are never mentioned. The first packet behind a lost one comes in a call of its own, so
   * that the loss is known the moment it could be.
   *
   * @param burst what was sent
   * @param from index in the message of the first packet
   * @param to index behind the last one
   * @param firstArrivalNanos virtual time at which the first arrived whole
   */
  void arrived(Burst burst, int from, int to, long firstArrivalNanos);
}
