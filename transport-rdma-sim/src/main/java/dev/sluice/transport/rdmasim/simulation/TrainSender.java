package dev.sluice.transport.rdmasim.simulation;

/** Sends the packets of a burst as one train, cut only where a packet is lost. */
final class TrainSender {
  private final Link link;

  TrainSender(Link link) {
    this.link = link;
  }

  /** Returns how long sending takes. */
  long picosOf(Burst burst) {
    return picosUntil(burst, burst.packetCount());
  }

  /** Returns the time from the start of the train to the end of its nth packet. */
  private long picosUntil(Burst burst, int packetCount) {
    if (packetCount == 0) {
      return 0;
    }
    int lastPlace = burst.packetCount() - 1;
    long picos = picosAt(burst, 0);
    // All between the first and the last are like the second.
    int middleCount = Math.min(packetCount, lastPlace) - 1;
    if (middleCount > 0) {
      picos += middleCount * picosAt(burst, 1);
    }
    if (packetCount > lastPlace && lastPlace > 0) {
      picos += picosAt(burst, lastPlace);
    }
    return picos;
  }

  private long picosAt(Burst burst, int place) {
    return link.lineRate.picosOf(link.packetBytes(burst, place));
  }

  long send(LinkFlow flow, Burst burst, BurstReceiver receiver) {
    long startPicos = Math.max(link.idlePicos, link.nowPicos());
    int count = burst.packetCount();
    int place = 0;
    while (place < count) {
      long untilLoss = Math.min(link.loss.untilLoss(), link.corruption.untilLoss());
      int surviving = (int) Math.min(untilLoss, count - place);
      if (surviving > 0) {
        link.loss.survived(surviving);
        link.corruption.survived(surviving);
        deliver(flow, burst, receiver, startPicos, place, place + surviving);
        place += surviving;
      }
      if (place < count) {
        dropNext(flow, burst, place++);
      }
    }
    long endPicos = startPicos + picosOf(burst);
    long headerBytes = (long) count * link.profile.headerBytes();
    link.countSent(count, headerBytes + burst.totalBytes(), endPicos);
    return endPicos;
  }

  private void dropNext(LinkFlow flow, Burst burst, int place) {
    // Both are asked, as each counts the packet.
    boolean lost = link.loss.takesNext();
    boolean damaged = link.corruption.takesNext();
    if (lost || damaged) {
      link.drop(flow, burst, place, lost ? DropReason.LOSS : DropReason.CORRUPT);
    }
  }

  private void deliver(
      LinkFlow flow, Burst burst, BurstReceiver receiver, long startPicos, int from, int to) {
    int place = from;
    if (flow.behindLoss(burst.kind()) && to - from > 1) {
      deliverAlike(flow, burst, receiver, startPicos, place, place + 1);
      place++;
    }
    flow.behindLoss(burst.kind(), false);
    deliverAlike(flow, burst, receiver, startPicos, place, to);
  }

  private void deliverAlike(
      LinkFlow flow, Burst burst, BurstReceiver receiver, long startPicos, int from, int to) {
    long latencyPicos = link.latencyPicos(burst);
    long first =
        flow.inOrder(burst.kind(), startPicos + picosUntil(burst, from + 1) + latencyPicos);
    long last = flow.inOrder(burst.kind(), startPicos + picosUntil(burst, to) + latencyPicos);
    link.deliver(burst, receiver, from, to, first, last);
  }
}
