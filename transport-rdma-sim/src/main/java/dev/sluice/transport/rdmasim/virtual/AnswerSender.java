package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Burst;
import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.Transmission;
import dev.sluice.transport.rdmasim.verbs.Responder;
import dev.sluice.transport.rdmasim.verbs.Verdict;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The responder's answers on their way out, in the order of the requests: an acknowledgement does
 * not go before the bytes of an earlier read.
 */
final class AnswerSender {
  /** Bytes of a read that are copied at a time; they lie in the heap until they arrive. */
  private static final int STAGED_BYTES = 1 << 20;

  private final ReliableWire wire;
  private final Pacer pacer;
  private final ArrayDeque<Answer> waiting = new ArrayDeque<>();
  private boolean busy;

  /** The last of them is a refusal, so that the queue pair is in error and still gives them. */
  private boolean refused;

  AnswerSender(ReliableWire wire) {
    this.wire = wire;
    pacer = new Pacer(wire, this::pump);
  }

  /** An answer that waits: a read from some packet on, or one packet of another kind. */
  private static final class Answer {
    final OutgoingRequest request;
    final @Nullable Burst packet;
    final Consumer<RequestSender> told;
    int nextPacket;

    Answer(
        OutgoingRequest request,
        @Nullable Burst packet,
        int nextPacket,
        Consumer<RequestSender> told) {
      this.request = request;
      this.packet = packet;
      this.nextPacket = nextPacket;
      this.told = told;
    }
  }

  void clear() {
    waiting.clear();
    refused = false;
  }

  /** The queue pair is in error: only a refusal is still said, behind what was accepted before. */
  void failed() {
    if (!refused) {
      clear();
    }
  }

  /** Answers with a packet that has no bytes of memory. */
  void say(OutgoingRequest request, PacketKind kind, Consumer<RequestSender> told) {
    send(request, Burst.control(kind, request.operation.sequence()), told);
  }

  /** Says no to a request for good, which is the last answer. */
  void refuse(OutgoingRequest request, int number, Verdict verdict) {
    wire.counters().refusals++;
    if (wire.isConnected()) {
      refused = true;
      say(request, PacketKind.NAK, sender -> sender.refused(number, verdict));
    }
  }

  /** Answers with the old value of an atomic. */
  void sayAtomic(OutgoingRequest request, MemorySegment old) {
    send(request, request.answer(), sender -> sender.answered(request, 0, 1, old));
  }

  private void send(OutgoingRequest request, Burst packet, Consumer<RequestSender> told) {
    if (waiting.isEmpty() && wire.host().isRunning()) {
      give(request, packet, told);
    } else {
      waiting.add(new Answer(request, packet, 0, told));
    }
  }

  private void give(OutgoingRequest request, Burst packets, Consumer<RequestSender> told) {
    wire.give(
        packets, (burst, from, to, nanos) -> request.sender.host().answerArrived(request, told));
  }

  /** Answers a read, from a packet on. */
  void sayRead(OutgoingRequest request, int fromPacket) {
    for (Answer answer : waiting) {
      if (answer.request == request && answer.packet == null) {
        // Asked for again before it was all sent: once is enough.
        answer.nextPacket = Math.min(answer.nextPacket, fromPacket);
        return;
      }
    }
    waiting.add(new Answer(request, null, fromPacket, sender -> {}));
    pump();
  }

  void pump() {
    if (busy) {
      return;
    }
    busy = true;
    try {
      while (!waiting.isEmpty() && wire.host().isRunning() && pacer.isReady()) {
        Answer first = waiting.element();
        if (first.packet != null) {
          waiting.remove();
          give(first.request, first.packet, first.told);
        } else {
          sendSlice(first);
        }
      }
    } finally {
      busy = false;
    }
  }

  private void sendSlice(Answer answer) {
    OutgoingRequest request = answer.request;
    if (!request.isCurrent()) {
      waiting.remove(answer);
      return;
    }
    Responder responder = wire.queuePair().responder();
    int from = answer.nextPacket;
    int to = endOfSlice(request, from);
    reachPlace(request, from);
    if (!wire.host().isRunning()) {
      // Ended here, or goes on with this slice when it thaws.
      return;
    }
    long position = request.position(from);
    long count = request.position(to) - position;
    MemorySegment staged =
        responder.movesBytes(request.header)
            ? MemorySegment.ofArray(new byte[(int) count])
            : MemorySegment.NULL;
    Verdict verdict = responder.read(request.header, position, staged, 0, count);
    if (verdict != Verdict.ACCEPTED) {
      clear();
      refuse(request, request.sentNumber(from), verdict);
      return;
    }
    Burst whole = request.answer();
    Burst slice = to - from == request.packetCount ? whole : whole.slice(from, to);
    MemorySegment bytes = staged.byteSize() > 0 ? staged : null;
    Transmission given =
        wire.give(
            slice,
            (burst, first, last, nanos) ->
                request
                    .sender
                    .host()
                    .answerArrived(
                        request, sender -> arrived(sender, request, from, first, last, bytes)));
    if (given != null) {
      request.leftNanos = given.leftNanos();
    }
    answer.nextPacket = to;
    if (to == request.packetCount) {
      waiting.remove(answer);
    }
  }

  /** Of a slice that begins at one packet, some arrived. */
  private static void arrived(
      RequestSender sender,
      OutgoingRequest request,
      int sliceFrom,
      int first,
      int last,
      @Nullable MemorySegment bytes) {
    MemorySegment these =
        bytes == null
            ? null
            : bytes.asSlice(
                request.position(first) - request.position(sliceFrom),
                request.position(last) - request.position(first));
    sender.answered(request, first, last, these);
  }

  private int endOfSlice(OutgoingRequest request, int from) {
    int rest = request.packetCount - from;
    int most = wire.pace().slicePackets();
    if (wire.windowPackets() < PacketNumbers.MOST_OUTSTANDING) {
      // Each packet of the answer moves the requester's window.
      most = Math.min(most, request.askInterval);
    }
    if (wire.mayStrike(
        FaultPoint.PLACE,
        PacketKind.READ_RESPONSE,
        request.operation.sequence(),
        from,
        request.packetCount)) {
      most = 1;
    } else if (wire.queuePair().responder().movesBytes(request.header)) {
      most = Math.min(most, Math.max(1, STAGED_BYTES / request.mtuBytes));
    }
    return from + Math.min(rest, most);
  }

  private void reachPlace(OutgoingRequest request, int packet) {
    for (FaultRule rule :
        wire.reach(
            FaultPoint.PLACE, PacketKind.READ_RESPONSE, request.operation.sequence(), packet)) {
      if (rule.action() == FaultAction.INVALIDATE_REGION) {
        wire.host().device().invalidate(request.header.remoteKey());
      }
    }
  }
}
