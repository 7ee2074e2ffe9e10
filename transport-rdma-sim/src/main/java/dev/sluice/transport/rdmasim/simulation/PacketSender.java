package dev.sluice.transport.rdmasim.simulation;

import org.jspecify.annotations.Nullable;

/** Sends the packets of a burst one by one, each with its own fate and event. */
final class PacketSender {
  private final Link link;
  private final RandomStream jitterRandom;
  private final RandomStream duplicateRandom;
  private final RandomStream reorderRandom;
  private double lastJitterNanos;

  /** What the rules of the plan do to the packet in hand. */
  private boolean faultDuplicates;

  private long faultDelayPicos;

  PacketSender(Link link) {
    this.link = link;
    jitterRandom = link.stream("jitter");
    duplicateRandom = link.stream("duplicate");
    reorderRandom = link.stream("reorder");
  }

  void send(Transmission sent) {
    int count = sent.burst.packetCount();
    long[] startsPicos = new long[count];
    long leftPicos = link.nowPicos();
    for (int place = 0; place < count; place++) {
      int byteCount = link.packetBytes(sent.burst, place);
      long picos = link.lineRate.picosOf(byteCount);
      startsPicos[place] = startPicos(sent.burst);
      leftPicos = startsPicos[place] + picos;
      if (sent.burst.kind().isControl()) {
        sendBetween(byteCount, picos, leftPicos);
      } else if (link.fitsQueue(leftPicos)) {
        link.countSent(1, byteCount, leftPicos);
      } else {
        leftPicos = link.idlePicos;
        link.countSent(1, byteCount, leftPicos);
        link.drop(sent, place, DropReason.QUEUE);
        continue;
      }
      deliverOrDrop(sent, place, leftPicos, picos);
    }
    sent.sentOneByOne(startsPicos, leftPicos);
  }

  /** A control packet does not wait for the queue. */
  private long startPicos(Burst burst) {
    long now = link.nowPicos();
    return afterHolds(burst.kind().isControl() ? now : Math.max(link.idlePicos, now));
  }

  /** What is queued after a control packet waits for it. */
  private void sendBetween(int byteCount, long picos, long leftPicos) {
    long busyPicos = Math.max(link.idlePicos, link.nowPicos());
    long idlePicos = Math.max(leftPicos, busyPicos + picos);
    link.pushedPicos += idlePicos - link.idlePicos;
    link.countSent(1, byteCount, idlePicos);
  }

  private void deliverOrDrop(Transmission sent, int place, long leftPicos, long picos) {
    DropReason reason = dropReason(sent, place, leftPicos);
    if (reason == null) {
      deliver(sent, place, leftPicos, picos);
    } else {
      link.drop(sent, place, reason);
    }
  }

  private long afterHolds(long startPicos) {
    long picos = startPicos;
    // One may end within the next; as often as there are outages is enough for any order.
    for (int pass = 0; pass < link.outages.size(); pass++) {
      for (Outage outage : link.outages) {
        if (outage.hold() && outage.covers(picos)) {
          picos = outage.toNanos() * Link.PICOS_PER_NANO;
        }
      }
    }
    return picos;
  }

  /** Returns why the packet is not delivered, or null. Asks everything that counts packets. */
  private @Nullable DropReason dropReason(Transmission sent, int place, long leftPicos) {
    boolean lost = link.loss.takesNext();
    boolean damaged = link.corruption.takesNext();
    DropReason fault = askFaults(sent, place);
    for (Outage outage : link.outages) {
      if (!outage.hold() && outage.covers(leftPicos)) {
        return DropReason.PARTITION;
      }
    }
    return lost ? DropReason.LOSS : damaged ? DropReason.CORRUPT : fault;
  }

  private @Nullable DropReason askFaults(Transmission sent, int place) {
    Burst burst = sent.burst;
    faultDuplicates = false;
    faultDelayPicos = 0;
    DropReason reason = null;
    for (FaultRule rule :
        link.simulation
            .faults()
            .at(
                FaultPoint.LINK,
                link.name(),
                burst.kind(),
                sent.flow.queuePair(),
                burst.message(),
                burst.firstPacket() + place)) {
      switch (rule.action()) {
        case DROP -> reason = DropReason.FAULT;
        case CORRUPT -> reason = DropReason.CORRUPT;
        case DUPLICATE -> faultDuplicates = true;
        case DELAY -> faultDelayPicos += rule.byNanos() * Link.PICOS_PER_NANO;
        default -> throw new IllegalStateException("a link cannot carry out: " + rule);
      }
    }
    return reason;
  }

  private void deliver(Transmission sent, int place, long leftPicos, long picos) {
    PacketKind kind = sent.burst.kind();
    sent.flow.behindLoss(kind, false);
    long arrivalPicos = leftPicos + link.latencyPicos(sent.burst) + jitterPicos();
    boolean reordered = happens(link.profile.reorderProbability(), reorderRandom);
    if (reordered) {
      link.counters.reorderedCount++;
      // As long as the packets take that shall overtake it, and 1 ns to be behind the last.
      arrivalPicos += link.profile.reorderGap() * picos + Link.PICOS_PER_NANO;
    }
    if (reordered || faultDelayPicos > 0) {
      arrivalPicos += faultDelayPicos;
    } else {
      arrivalPicos = sent.flow.inOrder(kind, arrivalPicos);
    }
    link.deliver(sent, place, place + 1, arrivalPicos, arrivalPicos);
    if (happens(link.profile.duplicateProbability(), duplicateRandom) || faultDuplicates) {
      link.counters.duplicatedCount++;
      link.deliver(sent, place, place + 1, arrivalPicos, arrivalPicos);
    }
  }

  private static boolean happens(double probability, RandomStream random) {
    return probability > 0 && random.nextChance(probability);
  }

  private long jitterPicos() {
    Jitter jitter = link.profile.jitter();
    if (jitter.isNone()) {
      return 0;
    }
    double nanos =
        jitter.correlation() * lastJitterNanos
            + (1 - jitter.correlation()) * jitter.draw(jitterRandom);
    lastJitterNanos = nanos;
    return (long) (nanos * Link.PICOS_PER_NANO);
  }
}
