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
  long picosUntil(Burst burst, int packetCount) {
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

  void send(Transmission sent) {
    Burst burst = sent.burst;
    long startPicos = Math.max(link.idlePicos, link.nowPicos());
    int count = burst.packetCount();
    int place = 0;
    while (place < count) {
      long untilLoss = Math.min(link.loss.untilLoss(), link.corruption.untilLoss());
      int surviving = (int) Math.min(untilLoss, count - place);
      if (surviving > 0) {
        link.loss.survived(surviving);
        link.corruption.survived(surviving);
        deliver(sent, startPicos, place, place + surviving);
        place += surviving;
      }
      if (place < count) {
        dropNext(sent, place++);
      }
    }
    long endPicos = startPicos + picosOf(burst);
    long headerBytes = (long) count * link.profile.headerBytes();
    link.countSent(count, headerBytes + burst.totalBytes(), endPicos);
    sent.sentAsTrain(startPicos, endPicos);
  }

  private void dropNext(Transmission sent, int place) {
    // Both are asked, as each counts the packet.
    boolean lost = link.loss.takesNext();
    boolean damaged = link.corruption.takesNext();
    if (lost || damaged) {
      link.drop(sent, place, lost ? DropReason.LOSS : DropReason.CORRUPT);
    }
  }

  private void deliver(Transmission sent, long startPicos, int from, int to) {
    int place = from;
    PacketKind kind = sent.burst.kind();
    if (sent.flow.behindLoss(kind) && to - from > 1) {
      deliverAlike(sent, startPicos, place, place + 1);
      place++;
    }
    sent.flow.behindLoss(kind, false);
    deliverAlike(sent, startPicos, place, to);
  }

  private void deliverAlike(Transmission sent, long startPicos, int from, int to) {
    Burst burst = sent.burst;
    long basePicos = startPicos + link.latencyPicos(burst);
    long first = sent.flow.inOrder(burst.kind(), basePicos + picosUntil(burst, from + 1));
    long last = sent.flow.inOrder(burst.kind(), basePicos + picosUntil(burst, to));
    link.deliver(sent, from, to, first, last);
  }
}
