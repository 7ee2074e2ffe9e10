package dev.sluice.transport.rdmasim.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A burst on a link, from {@link LinkFlow#send}. What became of its packets is settled when it is
 * sent; those that were not begun can be taken back, as a sender does that goes back to a lost one.
 * Belongs to the simulation's thread.
 */
public final class Transmission {
  /**
   * Packets with one fate.
   *
   * @param from place in the burst of the first
   * @param to place behind the last
   * @param arrival null if they do not arrive
   * @param reason why they do not, null if they do
   * @param firstArrivalPicos when the first is there, 0 if lost
   * @param floorPicos before which nothing arrives that follows these
   */
  private record Piece(
      int from,
      int to,
      @Nullable Timer arrival,
      @Nullable DropReason reason,
      long firstArrivalPicos,
      long floorPicos) {}

  // Arbitrary, to tell this decision from others in the trace.
  private static final long TRACE_KIND = 0xBAC4;

  final LinkFlow flow;
  final Burst burst;
  final BurstReceiver receiver;

  private final Link link;
  private final long floorBeforePicos;
  private final List<Piece> pieces = new ArrayList<>(1);

  /** When sending each packet began; null: one right behind the other, from startPicos on. */
  private long @Nullable [] startsPicos;

  private long startPicos;
  private long endPicos;
  private long pushedPicosAtEnd;
  private boolean withdrawn;

  Transmission(Link link, LinkFlow flow, Burst burst, BurstReceiver receiver) {
    this.link = link;
    this.flow = flow;
    this.burst = burst;
    this.receiver = receiver;
    floorBeforePicos = flow.floorPicos(burst.kind());
  }

  /** Returns what was sent. */
  public Burst burst() {
    return burst;
  }

  /** Returns the virtual time in ns, rounded up, at which the last packet leaves this side. */
  public long leftNanos() {
    return Link.ceilNanos(endPicos);
  }

  void sentAsTrain(long start, long end) {
    startPicos = start;
    ended(end);
  }

  void sentOneByOne(long[] starts, long end) {
    startsPicos = starts;
    ended(end);
  }

  private void ended(long end) {
    endPicos = end;
    pushedPicosAtEnd = link.pushedPicos;
  }

  void arrives(int from, int to, Timer arrival, long firstArrivalPicos) {
    long floor = flow.floorPicos(burst.kind());
    pieces.add(new Piece(from, to, arrival, null, firstArrivalPicos, floor));
  }

  void isLost(int place, DropReason reason) {
    long floor = flow.floorPicos(burst.kind());
    pieces.add(new Piece(place, place + 1, null, reason, 0, floor));
  }

  /**
   * Takes back the packets that the link has not begun to send: they do not arrive, and are not
   * counted. Their time on the link goes to whoever sends next, unless other bursts were queued
   * behind this one already; so of several bursts, take back the last one first. Rules of faults
   * that struck one of these packets have struck.
   *
   * @return index in the message of the first packet taken back; behind the last one if there was
   *     none, as always with control packets and the second time
   */
  public int withdraw() {
    int kept = withdrawn || burst.kind().isControl() ? burst.packetCount() : begunCount();
    if (kept == burst.packetCount()) {
      return burst.endPacket();
    }
    withdrawn = true;
    link.simulation.trace().mix(TRACE_KIND, burst.message(), burst.firstPacket() + kept);
    flow.resume(burst.kind(), floorBeforePicos);
    for (Piece piece : pieces) {
      if (piece.to <= kept) {
        flow.resume(burst.kind(), piece.floorPicos);
      } else if (piece.from >= kept) {
        undo(piece);
      } else {
        undo(piece);
        redeliver(piece, kept);
      }
    }
    int withdrawnCount = burst.packetCount() - kept;
    long byteCount =
        burst.slice(burst.firstPacket() + kept, burst.endPacket()).totalBytes()
            + (long) withdrawnCount * link.profile.headerBytes();
    boolean last = link.idlePicos - (link.pushedPicos - pushedPicosAtEnd) == endPicos;
    long givenBackPicos = endPicos - startOf(kept);
    link.takeBack(withdrawnCount, byteCount, last ? givenBackPicos : 0);
    endPicos -= givenBackPicos;
    return burst.firstPacket() + kept;
  }

  /** Returns how many packets the link has begun to send, by halving. */
  private int begunCount() {
    long now = link.nowPicos();
    int begun = 0;
    int notBegun = burst.packetCount();
    while (begun < notBegun) {
      int middle = (begun + notBegun) >>> 1;
      if (startOf(middle) <= now) {
        begun = middle + 1;
      } else {
        notBegun = middle;
      }
    }
    return begun;
  }

  private long startOf(int place) {
    return startsPicos == null
        ? startPicos + link.trainPicosUntil(burst, place)
        : startsPicos[place];
  }

  private void undo(Piece piece) {
    if (piece.arrival != null && piece.arrival.cancel()) {
      link.counters.deliveryCount--;
    }
    if (piece.reason != null) {
      link.counters.undrop(piece.reason);
    }
  }

  /** What is left of a part of a train arrives when its last packet does now. */
  private void redeliver(Piece piece, int kept) {
    long arrivalPicos = startOf(kept) + link.latencyPicos(burst);
    long last = flow.inOrder(burst.kind(), Math.max(arrivalPicos, piece.firstArrivalPicos));
    link.schedule(this, piece.from, kept, piece.firstArrivalPicos, last);
  }
}
