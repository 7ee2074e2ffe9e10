package dev.sluice.transport.rdmasim.simulation;

/**
 * The packets of one queue pair on a link, whose requests keep their order, and whose responses do.
 * From {@link Link#flow}; belongs to the simulation's thread.
 */
public final class LinkFlow {
  private final Link link;
  private final long queuePair;
  private final long[] lastArrivalPicos = new long[2];

  /** Whether the packet before the next one was lost, of requests and of responses. */
  private final boolean[] behindLoss = new boolean[2];

  LinkFlow(Link link, long queuePair) {
    this.link = link;
    this.queuePair = queuePair;
  }

  /** Returns the number of the sender's queue pair, which rules of faults name. */
  public long queuePair() {
    return queuePair;
  }

  /**
   * Sends packets as soon as the link is free.
   *
   * @param burst the packets; the link keeps the object until the last of them has arrived
   * @param receiver told of those that arrive
   * @return what can be taken back of it, and when it has left
   */
  public Transmission send(Burst burst, BurstReceiver receiver) {
    return link.send(this, burst, receiver);
  }

  /**
   * Returns when a packet arrives that must not overtake, and keeps it as the latest of its kind.
   */
  long inOrder(PacketKind kind, long arrivalPicos) {
    int order = order(kind);
    lastArrivalPicos[order] = Math.max(lastArrivalPicos[order], arrivalPicos);
    return lastArrivalPicos[order];
  }

  long floorPicos(PacketKind kind) {
    return lastArrivalPicos[order(kind)];
  }

  /** Forgets packets that were taken back. */
  void resume(PacketKind kind, long floorPicos) {
    lastArrivalPicos[order(kind)] = floorPicos;
    // It may be so; if it is not, one delivery more is all the harm.
    behindLoss[order(kind)] = true;
  }

  boolean behindLoss(PacketKind kind) {
    return behindLoss[order(kind)];
  }

  void behindLoss(PacketKind kind, boolean lost) {
    behindLoss[order(kind)] = lost;
  }

  private static int order(PacketKind kind) {
    return kind.isResponse() ? 1 : 0;
  }
}
