package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Burst;
import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.Transmission;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.SendOperation;
import dev.sluice.transport.rdmasim.verbs.Verdict;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The requester's half of a reliable connection: numbers the packets, keeps what is not
 * acknowledged, and sends all of it again from the first gap on (go-back-N).
 */
final class RequestSender {
  // Arbitrary, to tell these decisions from others in the trace.
  private static final long TRACE_RESEND = 0x6BAC;
  private static final long TRACE_FAILURE = 0xFA17;

  private static final int RNR_WITHOUT_LIMIT = 7;

  private final ReliableWire wire;
  private final RetryTimer timer;
  private final NotReadyTimer notReadyTimer;
  private final Pacer pacer;

  /** Requests that are not complete, in order. */
  private @Nullable OutgoingRequest head;

  private @Nullable OutgoingRequest tail;

  /** What the link may not have sent yet, the oldest first. */
  private final ArrayDeque<Transmission> leaving = new ArrayDeque<>();

  /** What is sent next, from which packet on; null: all was sent. */
  private @Nullable OutgoingRequest cursor;

  private int cursorPacket;

  /** The last request that was given to the link, also of an earlier life. */
  private @Nullable OutgoingRequest latest;

  /** The first packet number that is not acknowledged. */
  private long acknowledgedNumber;

  /** The packet number of the next new request. */
  private long nextNumber;

  private boolean begun;
  private boolean busy;
  private int retries;
  private int notReadyRetries;

  RequestSender(ReliableWire wire) {
    this.wire = wire;
    timer = new RetryTimer(wire.host().simulation(), this::deadlineNanos, this::expired);
    notReadyTimer = new NotReadyTimer(wire.host().simulation(), this::pump);
    pacer = new Pacer(wire, this::pump);
  }

  /** Forgets everything. */
  void clear() {
    withdraw();
    head = null;
    tail = null;
    cursor = null;
    begun = false;
    retries = 0;
    notReadyRetries = 0;
    notReadyTimer.cancel();
    timer.cancel();
  }

  boolean isIdle() {
    return head == null;
  }

  /** Sends what may be sent now. */
  void pump() {
    if (busy || !wire.sends() || notReadyTimer.isWaiting()) {
      return;
    }
    begin();
    long life = wire.life();
    busy = true;
    try {
      while (wire.life() == life && wire.sends() && pacer.isReady() && sendNext()) {
        // Until the window or the link is full, or nothing is left.
      }
    } finally {
      busy = false;
    }
    timer.start();
  }

  private void begin() {
    if (!begun) {
      begun = true;
      nextNumber = wire.attribute(Attribute.SEND_PACKET_NUMBER);
      acknowledgedNumber = nextNumber;
    }
  }

  /** Sends a slice of the next request; false if there is none, or no room in the window. */
  private boolean sendNext() {
    OutgoingRequest request = cursor == null ? takeNew() : cursor;
    if (request == null) {
      return false;
    }
    if (request.isAnswered()) {
      return sendQuestion(request);
    }
    int rest = request.packetCount - cursorPacket;
    long underWay = request.startNumber + cursorPacket - acknowledgedNumber;
    int count = (int) Math.min(rest, Math.min(wire.windowPackets() - underWay, slicePackets()));
    if (count <= 0) {
      return false;
    }
    if (wire.windowPackets() < PacketNumbers.MOST_OUTSTANDING) {
      // No further than what will be acknowledged, so that the window moves as soon as it can.
      int interval = request.askInterval;
      count = Math.min(count, interval - cursorPacket % interval);
    }
    if (cursorPacket == 0 && count > 1 && wire.way().out().isReliable()) {
      // What the responder says to the first packet does not wait for the last.
      count = 1;
    }
    return sendSlice(request, count);
  }

  private int slicePackets() {
    return wire.pace().slicePackets();
  }

  private @Nullable OutgoingRequest takeNew() {
    SendOperation operation = wire.queuePair().requester().next();
    if (operation == null) {
      return null;
    }
    OutgoingRequest request = new OutgoingRequest(wire, operation, nextNumber);
    if (request.isAnswered() && request.packetCount > PacketNumbers.MOST_OUTSTANDING) {
      wire.queuePair()
          .requester()
          .fail(operation, CompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
      return null;
    }
    nextNumber += request.packetCount;
    if (tail == null) {
      head = request;
    } else {
      tail.next = request;
    }
    tail = request;
    cursor = request;
    cursorPacket = 0;
    return request;
  }

  private boolean sendSlice(OutgoingRequest request, int count) {
    if (!prepare(request)) {
      return false;
    }
    int to = cursorPacket + count;
    Burst slice =
        count == request.packetCount ? request.burst : request.burst.slice(cursorPacket, to);
    given(request, count, wire.give(slice, request));
    if (to == request.packetCount) {
      cursor = request.next;
      cursorPacket = 0;
    } else {
      cursorPacket = to;
    }
    return true;
  }

  /** Sends the one packet of a read or atomic, which asks for what has not come in of it. */
  private boolean sendQuestion(OutgoingRequest request) {
    long underWay = request.startNumber - acknowledgedNumber;
    if (underWay >= wire.windowPackets()
        || underWay + request.packetCount > PacketNumbers.MOST_OUTSTANDING) {
      return false;
    }
    if (!prepare(request)) {
      return false;
    }
    int from = request.answeredPackets;
    Transmission given =
        wire.give(
            request.burst,
            (packets, first, last, nanos) ->
                request.way.peer().requestArrived(request, from, request.packetCount));
    given(request, 1, given);
    cursor = request.next;
    cursorPacket = 0;
    return true;
  }

  private void given(OutgoingRequest request, int count, @Nullable Transmission given) {
    long now = wire.host().nowNanos();
    while (!leaving.isEmpty() && leaving.element().leftNanos() <= now) {
      leaving.remove();
    }
    long leftNanos = now;
    if (given != null) {
      leaving.add(given);
      leftNanos = given.leftNanos();
    }
    boolean first = request == head && request.startNumber + cursorPacket == acknowledgedNumber;
    if (first) {
      // From now on an answer is waited for.
      timer.restartAt(leftNanos);
    }
    wire.counters().sentPackets += count;
    if (request.leftNanos > 0 && cursorPacket < request.sentPackets) {
      wire.counters().resentPackets += Math.min(count, request.sentPackets - cursorPacket);
    }
    request.sentPackets = Math.max(request.sentPackets, cursorPacket + count);
    request.leftNanos = leftNanos;
    latest = request;
  }

  /** Sends a packet of an earlier life. */
  void sendStale() {
    OutgoingRequest old = latest;
    if (old != null && !old.isCurrent()) {
      wire.give(old.burst, old);
    }
  }

  /** What happens to a request before its first packet, and what stops it before any. */
  private boolean prepare(OutgoingRequest request) {
    SendOperation operation = request.operation;
    if (!operation.isLocalMemoryValid()) {
      fail(request, CompletionStatus.LOCAL_PROTECTION_ERROR);
      return false;
    }
    if (!request.transmitted) {
      request.transmitted = true;
      for (FaultRule rule :
          wire.reach(FaultPoint.TRANSMIT, PacketKind.DATA, operation.sequence(), 0)) {
        if (rule.action() == FaultAction.FLIP_KEY_TAG) {
          request.header = new FlippedKey(operation);
        }
      }
    }
    return request.isCurrent() && wire.sends();
  }

  /** Everything up to a packet is there. */
  void acknowledged(int sentNumber) {
    acknowledgedBefore(PacketNumbers.near(acknowledgedNumber, sentNumber) + 1);
    pump();
  }

  /** Returns false if that is not true after all: an answer in between is missing. */
  private boolean acknowledgedBefore(long number) {
    if (number <= acknowledgedNumber || number > nextNumber) {
      return number == acknowledgedNumber;
    }
    long life = wire.life();
    while (head != null && head.startNumber < number) {
      OutgoingRequest first = head;
      if (first.isAnswered()) {
        answerIsMissing(first);
        return false;
      }
      progressed(Math.min(number, first.endNumber()));
      if (first.endNumber() > number) {
        return true;
      }
      completed(first);
      if (wire.life() != life) {
        return false;
      }
    }
    return true;
  }

  private void progressed(long number) {
    acknowledgedNumber = number;
    retries = 0;
    notReadyRetries = 0;
    timer.restartAt(wire.host().nowNanos());
    OutgoingRequest sending = cursor;
    if (sending != null && sending.startNumber + cursorPacket < number) {
      // What was about to be sent again has arrived after all.
      if (sending.endNumber() <= number) {
        cursor = sending.next;
        cursorPacket = 0;
      } else {
        cursorPacket = (int) (number - sending.startNumber);
      }
    }
  }

  private void completed(OutgoingRequest first) {
    head = first.next;
    if (head == null) {
      tail = null;
    }
    // Completions may be listened to, and the listener may post more.
    boolean before = busy;
    busy = true;
    try {
      wire.queuePair().requester().done(first.operation);
    } finally {
      busy = before;
    }
  }

  /** Bytes came back. */
  void answered(OutgoingRequest request, int from, int to, @Nullable MemorySegment bytes) {
    if (!acknowledgedBefore(request.startNumber + request.answeredPackets) || head != request) {
      pump();
      return;
    }
    if (from > request.answeredPackets) {
      answerIsMissing(request);
      pump();
      return;
    }
    if (to <= request.answeredPackets) {
      wire.counters().duplicates++;
      return;
    }
    long position = request.position(request.answeredPackets);
    long count = request.position(to) - position;
    if (!request.operation.isLocalMemoryValid()) {
      fail(request, CompletionStatus.LOCAL_PROTECTION_ERROR);
      return;
    }
    if (bytes != null) {
      request.operation.accept(position, bytes, position - request.position(from), count);
    }
    request.answeredPackets = to;
    request.gapReported = false;
    progressed(request.startNumber + to);
    if (to == request.packetCount) {
      completed(request);
    }
    pump();
  }

  /** Something behind it was answered, so its own answer is lost: as good as if it were told so. */
  private void answerIsMissing(OutgoingRequest request) {
    if (!request.gapReported && head == request) {
      request.gapReported = true;
      wire.counters().impliedErrors++;
      resend();
    }
  }

  /** The peer misses packets. */
  void sequenceError(int sentNumber) {
    long number = PacketNumbers.near(acknowledgedNumber, sentNumber);
    if (acknowledgedBefore(number) && number == acknowledgedNumber && hasSentBeyond()) {
      resend();
    }
    pump();
  }

  /** Whether there is something to send again; if not, the peer said it twice. */
  private boolean hasSentBeyond() {
    OutgoingRequest sending = cursor;
    return head != null
        && (sending == null || sending.startNumber + cursorPacket > acknowledgedNumber);
  }

  private void resend() {
    wire.trace(TRACE_RESEND, acknowledgedNumber);
    if (retries++ >= wire.attribute(Attribute.RETRY_COUNT)) {
      if (head != null) {
        fail(head, CompletionStatus.RETRY_EXCEEDED);
      }
      return;
    }
    goBack();
  }

  /** What the link has not begun to send need not be sent. */
  private void withdraw() {
    while (!leaving.isEmpty()) {
      Transmission last = leaving.removeLast();
      int end = last.burst().endPacket();
      wire.counters().sentPackets -= end - last.withdraw();
    }
  }

  private void goBack() {
    withdraw();
    OutgoingRequest first = head;
    if (first != null) {
      cursor = first;
      cursorPacket = (int) (acknowledgedNumber - first.startNumber);
    }
  }

  /** The peer has no receive. */
  void notReady(int sentNumber, int timerCode) {
    long number = PacketNumbers.near(acknowledgedNumber, sentNumber);
    if (!acknowledgedBefore(number)
        || number != acknowledgedNumber
        || notReadyTimer.isWaiting()
        || !hasSentBeyond()) {
      pump();
      return;
    }
    int limit = wire.attribute(Attribute.RNR_RETRY);
    if (limit != RNR_WITHOUT_LIMIT && notReadyRetries >= limit) {
      if (head != null) {
        fail(head, CompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED);
      }
      return;
    }
    notReadyRetries++;
    // A peer that says so is there.
    retries = 0;
    wire.trace(TRACE_RESEND, -acknowledgedNumber);
    goBack();
    notReadyTimer.start(QueuePairAttributes.rnrTimerNanos(timerCode));
  }

  /** The peer refuses a request for good. */
  void refused(int sentNumber, Verdict verdict) {
    long number = PacketNumbers.near(acknowledgedNumber, sentNumber);
    if (acknowledgedBefore(number) && number == acknowledgedNumber && head != null) {
      fail(head, verdict.status());
    }
    pump();
  }

  private void fail(OutgoingRequest request, CompletionStatus status) {
    wire.trace(TRACE_FAILURE, status.code());
    wire.queuePair().requester().fail(request.operation, status);
  }

  private long deadlineNanos(long sinceNanos) {
    long timeoutNanos = QueuePairAttributes.timeoutNanos(wire.attribute(Attribute.TIMEOUT));
    OutgoingRequest first = head;
    if (first == null || timeoutNanos == Long.MAX_VALUE) {
      return RetryTimer.NEVER;
    }
    // A whole message leaves as one; packet by packet, it would be acknowledged meanwhile.
    long since = wire.way().out().isReliable() ? Math.max(sinceNanos, first.leftNanos) : sinceNanos;
    return Math.max(since, notReadyTimer.endNanos()) + timeoutNanos;
  }

  private void expired() {
    if (!wire.sends()) {
      return;
    }
    wire.counters().timeouts++;
    OutgoingRequest first = head;
    if (first != null) {
      first.gapReported = false;
    }
    resend();
    pump();
  }
}
