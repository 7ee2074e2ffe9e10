package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.Opcode;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.Responder;
import dev.sluice.transport.rdmasim.verbs.Verdict;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The responder's half of a reliable connection: takes the packets in order, each once, and hands
 * them to the {@link Responder}, which alone judges requests.
 */
final class RequestReceiver {
  /** How long a scrambled message is half there. */
  private static final long SCRAMBLED_NANOS = 1_000;

  private final ReliableWire wire;
  private final AnswerSender answers;

  /** Reads and atomics that can be answered again, the oldest first. */
  private final ArrayDeque<Answered> answered = new ArrayDeque<>();

  private int expectedNumber;
  private boolean gapReported;
  private boolean handling;
  private long stalledUntilNanos;

  /** The message that is to be scrambled, or was last; each is once. */
  private @Nullable OutgoingRequest scrambled;

  private boolean scrambledDone;

  RequestReceiver(ReliableWire wire, AnswerSender answers) {
    this.wire = wire;
    this.answers = answers;
  }

  /** What was answered; {@code old} is the result of an atomic. */
  private record Answered(OutgoingRequest request, @Nullable MemorySegment old) {}

  void begin(int firstNumber) {
    expectedNumber = firstNumber;
    gapReported = false;
    answered.clear();
    stalledUntilNanos = 0;
    scrambled = null;
  }

  /** Tells whether it is the responder that is at work, so that it may be about to refuse. */
  boolean isHandling() {
    return handling;
  }

  /**
   * Takes packets that came in.
   *
   * @param asking whether the last of them asks to be acknowledged, even if others would not
   */
  void arrived(OutgoingRequest request, int from, int to, boolean asking) {
    Simulation simulation = wire.host().simulation();
    if (!isExpected(request)) {
      wire.counters().dropped += to - from;
      return;
    }
    if (simulation.nowNanos() < stalledUntilNanos) {
      simulation.schedule(
          stalledUntilNanos - simulation.nowNanos(), () -> arrived(request, from, to, asking));
      return;
    }
    handling = true;
    try {
      take(request, from, to, asking);
    } finally {
      handled();
    }
    if (wire.queuePair().state() == QueuePairState.RTR) {
      wire.host().communicated(wire.queuePair());
    }
  }

  private void handled() {
    handling = false;
    if (!wire.queuePair().state().answers()) {
      answers.failed();
    }
  }

  private boolean isExpected(OutgoingRequest request) {
    return request.isCurrent()
        && request.sender == wire.expectedPeer()
        && wire.queuePair().state().answers();
  }

  private void take(OutgoingRequest request, int from, int to, boolean asking) {
    int ahead = PacketNumbers.difference(request.sentNumber(from), expectedNumber);
    if (ahead > 0) {
      wire.counters().dropped += to - from;
      reportGap(request);
      return;
    }
    if (to - from + ahead <= 0) {
      wire.counters().duplicates += to - from;
      repeat(request, from, to, asking);
      return;
    }
    gapReported = false;
    if (request.isAnswered()) {
      answer(request);
    } else {
      execute(request, from - ahead, to, asking);
    }
  }

  private void reportGap(OutgoingRequest request) {
    if (!gapReported) {
      gapReported = true;
      wire.counters().sequenceErrors++;
      int number = expectedNumber;
      answers.say(request, PacketKind.NAK, sender -> sender.sequenceError(number));
    }
  }

  /** Answers what was carried out already, without carrying it out. */
  private void repeat(OutgoingRequest request, int from, int to, boolean asking) {
    if (!request.isAnswered()) {
      if (asking || request.asks(from, to)) {
        acknowledge(request, expectedNumber - 1);
      }
      return;
    }
    for (Answered earlier : answered) {
      if (earlier.request == request) {
        if (earlier.old != null) {
          answers.sayAtomic(request, earlier.old);
        } else {
          answers.sayRead(request, from);
        }
      }
    }
  }

  private void acknowledge(OutgoingRequest request, int number) {
    wire.reach(FaultPoint.ACKNOWLEDGE, PacketKind.ACK, request.operation.sequence(), 0);
    if (!wire.host().isCrashed()) {
      wire.counters().acknowledgements++;
      answers.say(request, PacketKind.ACK, sender -> sender.acknowledged(number));
    }
  }

  private boolean refuse(OutgoingRequest request, int packet, Verdict verdict) {
    int number = request.sentNumber(packet);
    switch (verdict) {
      case ACCEPTED -> {
        return false;
      }
      case SILENT -> wire.counters().dropped++;
      case RECEIVER_NOT_READY -> {
        // What follows is behind a gap that the requester knows of.
        gapReported = true;
        expectedNumber = number;
        wire.counters().notReady++;
        int timerCode = wire.attribute(Attribute.MIN_RNR_TIMER);
        answers.say(request, PacketKind.NAK, sender -> sender.notReady(number, timerCode));
      }
      default -> answers.refuse(request, number, verdict);
    }
    return true;
  }

  /** Carries out a read or an atomic. */
  private void answer(OutgoingRequest request) {
    if (struck(request, 0) || refuse(request, 0, responder().begin(request.header))) {
      return;
    }
    expectedNumber = PacketNumbers.of(request.endNumber());
    if (request.operation.opcode() == Opcode.READ) {
      remember(new Answered(request, null));
      answers.sayRead(request, 0);
      return;
    }
    MemorySegment old = MemorySegment.ofArray(new long[1]);
    if (!refuse(request, 0, responder().atomic(request.header, old))) {
      remember(new Answered(request, old));
      answers.sayAtomic(request, old);
    }
  }

  private void remember(Answered latest) {
    answered.add(latest);
    if (answered.size() > wire.attribute(Attribute.MAX_PEER_READ_ATOMIC)) {
      answered.remove();
    }
  }

  /** Carries out a part of a send or write. */
  private void execute(OutgoingRequest request, int from, int to, boolean asking) {
    long message = request.operation.sequence();
    if (!wire.mayStrike(FaultPoint.RECEIVE, PacketKind.DATA, message, from, to)
        && !wire.mayStrike(FaultPoint.PLACE, PacketKind.DATA, message, from, to)) {
      place(request, from, to, asking);
      return;
    }
    for (int packet = from; packet < to; packet++) {
      if (struck(request, packet)) {
        return;
      }
      if (wire.host().isRunning()) {
        if (scramble(request, packet, to, asking)
            || !place(request, packet, packet + 1, asking && packet + 1 == to)) {
          return;
        }
      } else {
        int frozenAt = packet;
        wire.host().whenThawed(() -> goOn(request, frozenAt, to, asking));
        return;
      }
    }
  }

  /** Goes on behind a pause with a packet that has met its faults already. */
  private void goOn(OutgoingRequest request, int packet, int to, boolean asking) {
    if (!isExpected(request) || request.sentNumber(packet) != expectedNumber) {
      return;
    }
    handling = true;
    try {
      if (place(request, packet, packet + 1, asking && packet + 1 == to) && packet + 1 < to) {
        execute(request, packet + 1, to, asking);
      }
    } finally {
      handled();
    }
  }

  /** Returns false if it ended there. */
  private boolean place(OutgoingRequest request, int from, int to, boolean asking) {
    if (from == 0 && refuse(request, 0, responder().begin(request.header))) {
      return false;
    }
    if (!request.operation.isLocalMemoryValid()) {
      // The requester took back what it wanted to send; it notices by itself.
      wire.counters().dropped += to - from;
      return false;
    }
    long position = request.position(from);
    long count = request.position(to) - position;
    if (refuse(
        request, from, responder().place(request.header, position, request.operation, count))) {
      return false;
    }
    if (to == request.packetCount && refuse(request, to - 1, responder().finish(request.header))) {
      return false;
    }
    expectedNumber = PacketNumbers.of(request.startNumber + to);
    if (asking || request.asks(from, to)) {
      acknowledge(request, expectedNumber - 1);
    }
    return true;
  }

  /** Carries out what rules say; true: the packet is done with. */
  private boolean struck(OutgoingRequest request, int packet) {
    long message = request.operation.sequence();
    for (FaultRule rule : wire.reach(FaultPoint.RECEIVE, PacketKind.DATA, message, packet)) {
      switch (rule.action()) {
        case RNR -> {
          return refuse(request, packet, Verdict.RECEIVER_NOT_READY);
        }
        case NAK -> {
          return deny(request, packet, rule.code());
        }
        default -> {}
      }
    }
    for (FaultRule rule : wire.reach(FaultPoint.PLACE, PacketKind.DATA, message, packet)) {
      switch (rule.action()) {
        case INVALIDATE_REGION -> wire.host().device().invalidate(request.header.remoteKey());
        case SCRAMBLE_PLACEMENT -> {
          scrambledDone &= scrambled == request;
          scrambled = request;
        }
        default -> {}
      }
    }
    return wire.host().isCrashed() || !wire.queuePair().state().answers();
  }

  private boolean deny(OutgoingRequest request, int packet, int code) {
    Verdict verdict =
        switch (code) {
          case 1 -> Verdict.INVALID_REQUEST;
          case 2 -> Verdict.REMOTE_ACCESS;
          case 3 -> Verdict.REMOTE_OPERATION;
          default -> Verdict.ACCEPTED;
        };
    if (verdict == Verdict.ACCEPTED) {
      gapReported = false;
      reportGap(request);
      return true;
    }
    return refuse(request, packet, responder().refuse(verdict));
  }

  /**
   * Places the end of a message that a rule named, and lets the rest wait: who looks at the last
   * byte to know whether all is there finds out that it tells nothing.
   */
  private boolean scramble(OutgoingRequest request, int from, int to, boolean asking) {
    if (scrambled != request || scrambledDone || from != 0) {
      return false;
    }
    scrambledDone = true;
    if (refuse(request, 0, responder().begin(request.header))) {
      return true;
    }
    long byteCount = request.operation.byteCount();
    long position =
        request.packetCount > 1 ? request.position(request.packetCount - 1) : byteCount / 2;
    if (!refuse(
        request,
        from,
        responder().place(request.header, position, request.operation, byteCount - position))) {
      stalledUntilNanos = wire.host().nowNanos() + SCRAMBLED_NANOS;
      arrived(request, from, to, asking);
    }
    return true;
  }

  private Responder responder() {
    return wire.queuePair().responder();
  }
}
