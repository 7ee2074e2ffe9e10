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

  /** Returns when the last packet has left, or would have. */
  long send(LinkFlow flow, Burst burst, BurstReceiver receiver) {
    long leftPicos = link.nowPicos();
    for (int place = 0; place < burst.packetCount(); place++) {
      leftPicos = sendOne(flow, burst, receiver, place);
    }
    return leftPicos;
  }

  private long sendOne(LinkFlow flow, Burst burst, BurstReceiver receiver, int place) {
    int byteCount = link.packetBytes(burst, place);
    long picos = link.lineRate.picosOf(byteCount);
    boolean control = burst.kind().isControl();
    // A control packet does not wait for the queue, but what is queued after it waits for it.
    long busyPicos = Math.max(link.idlePicos, link.nowPicos());
    long leftPicos = afterHolds(control ? link.nowPicos() : busyPicos) + picos;
    if (!control && !link.fitsQueue(leftPicos)) {
      link.countSent(1, byteCount, link.idlePicos);
      link.drop(flow, burst, place, DropReason.QUEUE);
      return link.idlePicos;
    }
    link.countSent(1, byteCount, Math.max(leftPicos, busyPicos + picos));
    DropReason reason = dropReason(flow, burst, place, leftPicos);
    if (reason != null) {
      link.drop(flow, burst, place, reason);
    } else {
      deliver(flow, burst, receiver, place, leftPicos, picos);
    }
    return leftPicos;
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
  private @Nullable DropReason dropReason(LinkFlow flow, Burst burst, int place, long leftPicos) {
    boolean lost = link.loss.takesNext();
    boolean damaged = link.corruption.takesNext();
    DropReason fault = askFaults(flow, burst, place);
    for (Outage outage : link.outages) {
      if (!outage.hold() && outage.covers(leftPicos)) {
        return DropReason.PARTITION;
      }
    }
    return lost ? DropReason.LOSS : damaged ? DropReason.CORRUPT : fault;
  }

  private @Nullable DropReason askFaults(LinkFlow flow, Burst burst, int place) {
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
                flow.queuePair(),
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

  private void deliver(
      LinkFlow flow, Burst burst, BurstReceiver receiver, int place, long leftPicos, long picos) {
    flow.behindLoss(burst.kind(), false);
    long arrivalPicos = leftPicos + link.latencyPicos(burst) + jitterPicos();
    boolean reordered = happens(link.profile.reorderProbability(), reorderRandom);
    if (reordered) {
      link.counters.reorderedCount++;
      // As long as the packets take that shall overtake it, and 1 ns to be behind the last.
      arrivalPicos += link.profile.reorderGap() * picos + Link.PICOS_PER_NANO;
    }
    if (reordered || faultDelayPicos > 0) {
      arrivalPicos += faultDelayPicos;
    } else {
      arrivalPicos = flow.inOrder(burst.kind(), arrivalPicos);
    }
    link.deliver(burst, receiver, place, place + 1, arrivalPicos, arrivalPicos);
    if (happens(link.profile.duplicateProbability(), duplicateRandom) || faultDuplicates) {
      link.counters.duplicatedCount++;
      link.deliver(burst, receiver, place, place + 1, arrivalPicos, arrivalPicos);
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
