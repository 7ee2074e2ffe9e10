package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Burst;
import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.Transmission;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Gives packets of requests to the link, as many as window and link allow at a time. */
final class RequestTransmitter {
  private final ReliableWire wire;
  private final RequestQueue queue;

  /** What the link may not have sent yet, the oldest first. */
  private final ArrayDeque<Leaving> leaving = new ArrayDeque<>();

  /** The last request that was given to the link, also of an earlier life. */
  private @Nullable OutgoingRequest latest;

  RequestTransmitter(ReliableWire wire, RequestQueue queue) {
    this.wire = wire;
    this.queue = queue;
  }

  /**
   * Packets that may be taken back.
   *
   * @param sentBefore how many packets of the request had been sent before, first times only
   */
  private record Leaving(OutgoingRequest request, Transmission transmission, int sentBefore) {}

  /** Tells whether the next packet of a request is inside the window. */
  boolean hasRoom(OutgoingRequest request) {
    return sliceOf(request) > 0;
  }

  /** Sends as much of a request as may be. */
  void send(OutgoingRequest request) {
    if (request.isAnswered()) {
      sendQuestion(request);
    } else {
      sendSlice(request, sliceOf(request));
    }
  }

  /** Returns how many of its packets may be sent now. */
  private int sliceOf(OutgoingRequest request) {
    int from = queue.sendingPacket();
    int rest = request.packetCount - from;
    long window = wire.windowPackets();
    if (request.isAnswered()) {
      // The answer is no matter of the window, as long as its numbers are not too many.
      long underWay = queue.underWay(request, 0);
      return underWay < window && underWay + request.packetCount <= PacketNumbers.MOST_OUTSTANDING
          ? 1
          : 0;
    }
    long room = Math.min(window - queue.underWay(request, from), wire.pace().slicePackets());
    int count = (int) Math.min(rest, room);
    if (window < PacketNumbers.MOST_OUTSTANDING) {
      // No further than what will be acknowledged, so that the window moves as soon as it can.
      count = Math.min(count, request.askInterval - from % request.askInterval);
    }
    // What the responder says to the first packet does not wait for the last.
    return from == 0 && count > 1 && wire.way().out().isReliable() ? 1 : count;
  }

  private void sendSlice(OutgoingRequest request, int count) {
    int from = queue.sendingPacket();
    int to = from + count;
    Burst slice = count == request.packetCount ? request.burst : request.burst.slice(from, to);
    // Otherwise the rest would wait for an acknowledgement that nobody asked for.
    boolean fills = queue.underWay(request, to) == wire.windowPackets();
    given(request, from, to, wire.give(slice, fills ? request.asking() : request));
    queue.sentUpTo(to);
  }

  /** Sends the one packet of a read or atomic, which asks for what has not come in of it. */
  private void sendQuestion(OutgoingRequest request) {
    int from = request.answeredPackets;
    Transmission given =
        wire.give(
            request.burst,
            (packets, first, last, nanos) ->
                request.way.peer().requestArrived(request, from, request.packetCount, false));
    given(request, 0, 1, given);
    queue.sentUpTo(request.packetCount);
  }

  private void given(OutgoingRequest request, int from, int to, @Nullable Transmission given) {
    long now = wire.host().nowNanos();
    while (!leaving.isEmpty() && leaving.element().transmission.leftNanos() <= now) {
      leaving.remove();
    }
    request.leftNanos = now;
    if (given != null) {
      leaving.add(new Leaving(request, given, request.sentPackets));
      request.leftNanos = given.leftNanos();
    }
    wire.counters().sentPackets += to - from;
    wire.counters().resentPackets += Math.max(0, Math.min(to, request.sentPackets) - from);
    request.sentPackets = Math.max(request.sentPackets, to);
    latest = request;
  }

  /** What the link has not begun to send need not be sent. */
  void withdraw() {
    while (!leaving.isEmpty()) {
      Leaving last = leaving.removeLast();
      int end = last.transmission.burst().endPacket();
      int kept = last.transmission.withdraw();
      wire.counters().sentPackets -= end - kept;
      if (kept < end) {
        wire.counters().resentPackets -= Math.clamp(last.sentBefore - kept, 0, end - kept);
        last.request.sentPackets = Math.max(last.sentBefore, kept);
      }
    }
  }

  /** Carries out what rules say of a request before its first packet. */
  void reachTransmit(OutgoingRequest request) {
    if (request.transmitted) {
      return;
    }
    request.transmitted = true;
    for (FaultRule rule :
        wire.reach(FaultPoint.TRANSMIT, PacketKind.DATA, request.operation.sequence(), 0)) {
      if (rule.action() == FaultAction.FLIP_KEY_TAG) {
        request.header = new FlippedKey(request.operation);
      }
    }
  }

  /** Sends a packet of an earlier life. */
  void sendStale() {
    OutgoingRequest old = latest;
    if (old != null && !old.isCurrent()) {
      wire.give(old.burst, old);
    }
  }
}
