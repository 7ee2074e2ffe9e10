package dev.sluice.transport.rdmasim.simulation;

import java.util.ArrayList;
import java.util.List;

/** A receiver that keeps what arrived. */
final class Arrivals implements BurstReceiver {
  record Arrival(long message, int from, int to, long firstNanos, long lastNanos) {}

  private final Simulation simulation;
  private final List<Arrival> all = new ArrayList<>();

  Arrivals(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public void arrived(Burst burst, int from, int to, long firstArrivalNanos) {
    all.add(new Arrival(burst.message(), from, to, firstArrivalNanos, simulation.nowNanos()));
  }

  List<Arrival> all() {
    return all;
  }

  Arrival only() {
    if (all.size() != 1) {
      throw new AssertionError("not one arrival: " + all);
    }
    return all.getFirst();
  }

  /** Returns each packet as MESSAGE/INDEX, in the order of arrival. */
  List<String> packets() {
    List<String> packets = new ArrayList<>();
    for (Arrival arrival : all) {
      for (int packet = arrival.from; packet < arrival.to; packet++) {
        packets.add(arrival.message + "/" + packet);
      }
    }
    return packets;
  }

  /** Returns the indices alone, for one message. */
  List<Integer> indices() {
    List<Integer> indices = new ArrayList<>();
    for (Arrival arrival : all) {
      for (int packet = arrival.from; packet < arrival.to; packet++) {
        indices.add(packet);
      }
    }
    return indices;
  }
}
