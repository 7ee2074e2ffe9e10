package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.SendOperation;
import dev.sluice.transport.rdmasim.verbs.Verdict;
import java.lang.foreign.MemorySegment;
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
  private final RequestQueue queue = new RequestQueue();
  private final RequestTransmitter transmitter;
  private final RetryTimer timer;
  private final NotReadyTimer notReadyTimer;
  private final Pacer pacer;
  private boolean begun;
  private boolean busy;

  /** A time-out that was due while the host stood still. */
  private boolean expiredMeanwhile;

  private int retries;
  private int notReadyRetries;

  RequestSender(ReliableWire wire) {
    this.wire = wire;
    transmitter = new RequestTransmitter(wire, queue);
    timer = new RetryTimer(wire.host().simulation(), this::deadlineNanos, this::expired);
    notReadyTimer = new NotReadyTimer(wire.host().simulation(), this::pump);
    pacer = new Pacer(wire, this::pump);
  }

  /** Forgets everything. */
  void clear() {
    transmitter.withdraw();
    queue.clear(0);
    begun = false;
    expiredMeanwhile = false;
    retries = 0;
    notReadyRetries = 0;
    notReadyTimer.cancel();
    timer.cancel();
  }

  /** Sends what may be sent now. */
  void pump() {
    if (busy || !wire.sends() || notReadyTimer.isWaiting()) {
      return;
    }
    if (!begun) {
      begun = true;
      queue.clear(wire.attribute(Attribute.SEND_PACKET_NUMBER));
    }
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

  /** Sends a slice of the next request; false if there is none, or no room in the window. */
  private boolean sendNext() {
    OutgoingRequest request = queue.sending() == null ? takeNew() : queue.sending();
    if (request == null || !transmitter.hasRoom(request)) {
      return false;
    }
    if (!request.operation.isLocalMemoryValid()) {
      fail(request, CompletionStatus.LOCAL_PROTECTION_ERROR);
      return false;
    }
    transmitter.reachTransmit(request);
    if (!request.isCurrent() || !wire.sends()) {
      return false;
    }
    boolean nothingUnderWay = !queue.isWaiting();
    transmitter.send(request);
    if (nothingUnderWay) {
      // From now on an answer is waited for.
      timer.restartAt(request.leftNanos);
    }
    return true;
  }

  private @Nullable OutgoingRequest takeNew() {
    SendOperation operation = wire.queuePair().requester().next();
    if (operation == null) {
      return null;
    }
    OutgoingRequest request = new OutgoingRequest(wire, operation, queue.nextNumber());
    if (request.isAnswered() && request.packetCount > PacketNumbers.MOST_OUTSTANDING) {
      fail(request, CompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
      return null;
    }
    queue.add(request);
    return request;
  }

  // What the peer says.

  /** Everything up to a packet is there. */
  void acknowledged(int sentNumber) {
    acknowledgedBefore(near(sentNumber) + 1);
    pump();
  }

  private long near(int sentNumber) {
    return PacketNumbers.near(queue.acknowledgedNumber(), sentNumber);
  }

  /** Returns whether a packet is the first that is not acknowledged, once this is worked in. */
  private boolean acknowledgedBefore(long number) {
    long life = wire.life();
    OutgoingRequest first = queue.head();
    while (first != null && first.startNumber < number && number <= queue.nextNumber()) {
      if (number <= queue.acknowledgedNumber()) {
        break;
      }
      if (first.isAnswered()) {
        answerIsMissing(first);
        return false;
      }
      progressed(Math.min(number, first.endNumber()));
      if (first.endNumber() > number) {
        break;
      }
      completed(first);
      if (wire.life() != life) {
        return false;
      }
      first = queue.head();
    }
    return number == queue.acknowledgedNumber();
  }

  private void progressed(long number) {
    queue.acknowledge(number);
    retries = 0;
    notReadyRetries = 0;
    expiredMeanwhile = false;
    timer.restartAt(wire.host().nowNanos());
  }

  private void completed(OutgoingRequest first) {
    queue.removeHead();
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
    if (acknowledgedBefore(request.startNumber + request.answeredPackets)
        && queue.head() == request) {
      accept(request, from, to, bytes);
    }
    pump();
  }

  private void accept(OutgoingRequest request, int from, int to, @Nullable MemorySegment bytes) {
    if (from > request.answeredPackets) {
      answerIsMissing(request);
      return;
    }
    if (to <= request.answeredPackets) {
      wire.counters().duplicates++;
      return;
    }
    if (!request.operation.isLocalMemoryValid()) {
      fail(request, CompletionStatus.LOCAL_PROTECTION_ERROR);
      return;
    }
    if (bytes != null) {
      long position = request.position(request.answeredPackets);
      long count = request.position(to) - position;
      request.operation.accept(position, bytes, position - request.position(from), count);
    }
    request.answeredPackets = to;
    request.gapReported = false;
    progressed(request.startNumber + to);
    if (to == request.packetCount) {
      completed(request);
    }
  }

  /** Something behind it was answered, so its own answer is lost: as good as if it were told so. */
  private void answerIsMissing(OutgoingRequest request) {
    if (!request.gapReported) {
      request.gapReported = true;
      wire.counters().impliedErrors++;
      resend();
    }
  }

  /** The peer misses packets. */
  void sequenceError(int sentNumber) {
    // If nothing is under way, the peer said it twice.
    if (acknowledgedBefore(near(sentNumber)) && queue.isWaiting()) {
      resend();
    }
    pump();
  }

  /** The peer has no receive. */
  void notReady(int sentNumber, int timerCode) {
    if (acknowledgedBefore(near(sentNumber)) && queue.isWaiting() && !notReadyTimer.isWaiting()) {
      waitForReceive(timerCode);
    }
    pump();
  }

  private void waitForReceive(int timerCode) {
    int limit = wire.attribute(Attribute.RNR_RETRY);
    if (limit != RNR_WITHOUT_LIMIT && notReadyRetries >= limit) {
      failHead(CompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED);
      return;
    }
    notReadyRetries++;
    // A peer that says so is there.
    retries = 0;
    wire.trace(TRACE_RESEND, -queue.acknowledgedNumber());
    goBack();
    notReadyTimer.start(QueuePairAttributes.rnrTimerNanos(timerCode));
  }

  /** The peer refuses a request for good. */
  void refused(int sentNumber, Verdict verdict) {
    if (acknowledgedBefore(near(sentNumber))) {
      failHead(verdict.status());
    }
    pump();
  }

  // What nobody says.

  private long deadlineNanos(long sinceNanos) {
    long timeoutNanos = QueuePairAttributes.timeoutNanos(wire.attribute(Attribute.TIMEOUT));
    OutgoingRequest first = queue.head();
    if (first == null || timeoutNanos == Long.MAX_VALUE) {
      return RetryTimer.NEVER;
    }
    // A whole message leaves as one; packet by packet, it would be acknowledged meanwhile.
    long since = wire.way().out().isReliable() ? Math.max(sinceNanos, first.leftNanos) : sinceNanos;
    return Math.max(since, notReadyTimer.endNanos()) + timeoutNanos;
  }

  /** Does behind a pause what a timer that expired in it would have done. */
  void thawed() {
    if (expiredMeanwhile) {
      expiredMeanwhile = false;
      expired();
    }
    pump();
  }

  private void expired() {
    OutgoingRequest first = queue.head();
    if (first == null) {
      return;
    }
    if (!wire.sends()) {
      expiredMeanwhile = true;
      return;
    }
    wire.counters().timeouts++;
    first.gapReported = false;
    resend();
    pump();
  }

  private void resend() {
    wire.trace(TRACE_RESEND, queue.acknowledgedNumber());
    if (retries++ >= wire.attribute(Attribute.RETRY_COUNT)) {
      failHead(CompletionStatus.RETRY_EXCEEDED);
    } else {
      goBack();
    }
  }

  private void goBack() {
    transmitter.withdraw();
    queue.goBack();
  }

  private void failHead(CompletionStatus status) {
    OutgoingRequest first = queue.head();
    if (first != null) {
      fail(first, status);
    }
  }

  private void fail(OutgoingRequest request, CompletionStatus status) {
    wire.trace(TRACE_FAILURE, status.code());
    wire.queuePair().requester().fail(request.operation, status);
  }

  /** Sends a packet of an earlier life. */
  void sendStale() {
    transmitter.sendStale();
  }
}
