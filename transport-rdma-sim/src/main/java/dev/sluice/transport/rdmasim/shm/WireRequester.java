package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.Opcode;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import dev.sluice.transport.rdmasim.verbs.Requester;
import dev.sluice.transport.rdmasim.verbs.SendOperation;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Carries this side's requests to the peer: in place where its memory is mapped, through the ring
 * where not. What went through the ring is acknowledged by its release.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
final class WireRequester {
  /** A request in the ring, up to where it stands there, and its number among those. */
  private record Sent(SendOperation operation, long endPosition, int number) {}

  private static final int MOST_TIMER_CODE = 31;
  private static final int FOR_EVER = 7;
  private static final int NOT_OPENED = -1;
  private static final int NO_REFUSAL = -1;

  /** What a timer that does not run is set to. */
  private static final long NEVER = Long.MAX_VALUE;

  private final SharedFabric fabric;
  private final QueuePair queuePair;
  private final WireOutput output;
  private final DirectAccess direct;
  private final ArrayDeque<Sent> outstanding = new ArrayDeque<>();

  /** Started, and not handed over as a whole yet. */
  private @Nullable SendOperation current;

  private boolean placed;
  private long movedBytes;
  private boolean begun;
  private boolean answerAwaited;

  /** With which this life's gate was opened; {@link #NOT_OPENED}. */
  private int epoch = NOT_OPENED;

  /** What the peer has to be told once the requests before are done; {@link #NO_REFUSAL}. */
  private int refusal = NO_REFUSAL;

  private boolean busy;
  private int nextNumber;
  private long silentUntilNanos = NEVER;
  private long notReadyUntilNanos = NEVER;
  private long notReadyTimerNanos;
  private int notReadyRetries;

  WireRequester(SharedFabric fabric, QueuePair queuePair, WireOutput output) {
    this.fabric = fabric;
    this.queuePair = queuePair;
    this.output = output;
    direct = new DirectAccess(fabric);
  }

  private Requester requester() {
    return queuePair.requester();
  }

  private int attribute(Attribute attribute) {
    return queuePair.attributes().value(attribute);
  }

  private long peerWord() {
    return fabric.peer().queuePairs().word(output.peerNumber());
  }

  /** Hands over what may start. */
  void kick() throws IOException {
    if (busy || !output.isConnected()) {
      return;
    }
    busy = true;
    try {
      while (takeNext()) {
        // Each may let another one start.
      }
    } finally {
      busy = false;
    }
  }

  private boolean takeNext() throws IOException {
    SendOperation operation = current;
    if (operation == null) {
      operation = requester().next();
      if (operation == null) {
        return false;
      }
      begin(operation);
    }
    if (!handOver(operation)) {
      return false;
    }
    current = null;
    return true;
  }

  private void begin(SendOperation operation) {
    current = operation;
    placed = false;
    movedBytes = 0;
    begun = false;
    answerAwaited = false;
    if (epoch == NOT_OPENED) {
      epoch = output.epochOfRequests();
      new Gate(output.gate()).open(epoch);
    }
  }

  /** Returns whether the operation needs nothing more from here. */
  private boolean handOver(SendOperation operation) throws IOException {
    if (!begun && !placed && !answerAwaited) {
      long word = peerWord();
      if (!QueuePairTable.answers(word)) {
        startSilence();
        return false;
      }
      silentUntilNanos = NEVER;
      switch (direct.carryOut(operation, word)) {
        case DONE -> {
          if (operation.opcode() != Opcode.WRITE_WITH_IMMEDIATE) {
            requester().done(operation);
            return true;
          }
          placed = true;
        }
        case REFUSED -> {
          refusal = direct.verdict().syndrome();
          tellOfRefusal();
          requester().fail(operation, direct.verdict().status());
          return true;
        }
        case IMPOSSIBLE -> {
          // Through the ring then.
        }
      }
    }
    if (placed) {
      return tellOfPlaced(operation);
    }
    return operation.opcode().isAnswered() ? ask(operation) : send(operation);
  }

  /**
   * A refusal counts once all before it are done: if one of those fails, the peer has refused
   * nothing.
   */
  private void tellOfRefusal() throws ProtocolViolation {
    if (refusal != NO_REFUSAL && outstanding.isEmpty()) {
      output.owe(WireRecord.REFUSE, output.epochOfRequests(), refusal);
      refusal = NO_REFUSAL;
    }
  }

  private boolean tellOfPlaced(SendOperation operation) throws ProtocolViolation {
    long at = output.claimRequest(WireRecord.PLACED_BYTE_COUNT);
    if (at == RingProducer.FULL) {
      return false;
    }
    WireRecord.writePlaced(output.memory(), at, operation);
    output.commit(WireRecord.PLACED);
    sent(operation);
    return true;
  }

  private void sent(SendOperation operation) {
    outstanding.add(new Sent(operation, output.ring().position(), nextNumber++));
  }

  private boolean send(SendOperation operation) throws ProtocolViolation {
    long byteCount = operation.byteCount();
    boolean logical = operation.isLogical();
    while (!begun || movedBytes < byteCount) {
      if (!operation.isLocalMemoryValid()) {
        requester().fail(operation, CompletionStatus.LOCAL_PROTECTION_ERROR);
        return true;
      }
      int run =
          logical ? 0 : (int) Math.min(fabric.layout().mostFragmentBytes(), byteCount - movedBytes);
      int head = begun ? WireRecord.FRAGMENT_BYTE_COUNT : WireRecord.REQUEST_BYTE_COUNT;
      long at = output.claimRequest(head + run);
      if (at == RingProducer.FULL) {
        return false;
      }
      if (begun) {
        WireRecord.writePosition(output.memory(), at, movedBytes);
      } else {
        WireRecord.writeRequest(output.memory(), at, operation, 0, byteCount);
      }
      operation.copyTo(movedBytes, output.memory(), at + head, run);
      output.commit(begun ? WireRecord.FRAGMENT : WireRecord.REQUEST);
      begun = true;
      // What has no bytes is said, not carried.
      movedBytes += logical ? byteCount : run;
    }
    operation.markTaken();
    sent(operation);
    return true;
  }

  /** One part at a time, so that answers never need more room than is reserved for them. */
  private boolean ask(SendOperation operation) throws ProtocolViolation {
    if (answerAwaited) {
      return false;
    }
    if (begun && movedBytes == operation.byteCount()) {
      requester().done(operation);
      return true;
    }
    long at = output.claimRequest(WireRecord.REQUEST_BYTE_COUNT);
    if (at != RingProducer.FULL) {
      WireRecord.writeRequest(output.memory(), at, operation, movedBytes, partBytes(operation));
      output.commit(WireRecord.REQUEST);
      nextNumber++;
      begun = true;
      answerAwaited = true;
    }
    return false;
  }

  private long partBytes(SendOperation operation) {
    return Math.min(fabric.layout().mostAnswerBytes(), operation.byteCount() - movedBytes);
  }

  /** Completes what the peer has released. */
  void acknowledge() throws ProtocolViolation {
    if (outstanding.isEmpty()) {
      return;
    }
    long released = output.ring().releasedPosition();
    Sent first = outstanding.peek();
    while (first != null && first.endPosition <= released) {
      outstanding.remove();
      notReadyUntilNanos = NEVER;
      notReadyRetries = 0;
      tellOfRefusal();
      requester().done(first.operation);
      first = outstanding.peek();
    }
  }

  /** Takes an answer of the peer; there is nothing that could keep it waiting. */
  boolean take(RingConsumer in, long at) throws ProtocolViolation {
    boolean sends =
        queuePair.state() == QueuePairState.RTS || queuePair.state() == QueuePairState.SQD;
    if (!sends
        || WireRecord.queuePair(in.layout().memory(), at) != queuePair.number()
        || WireRecord.epoch(in.layout().memory(), at) != output.epochOfRequests()) {
      return true;
    }
    acknowledge();
    switch (in.type()) {
      case WireRecord.ANSWER -> takeAnswer(in, at);
      case WireRecord.REFUSED -> failFirst(WireRecord.refusal(in.layout().memory(), at).status());
      default -> takeNotReady(WireRecord.code(in.layout().memory(), at));
    }
    return true;
  }

  private void takeAnswer(RingConsumer in, long at) throws ProtocolViolation {
    SendOperation operation = current;
    if (operation == null || !answerAwaited) {
      throw new ProtocolViolation("an answer", movedBytes, "there: nothing was asked for");
    }
    int byteCount = in.byteCount() - WireRecord.ANSWER_BYTE_COUNT;
    if (byteCount != partBytes(operation)) {
      throw new ProtocolViolation(
          "the size of an answer", byteCount, partBytes(operation) + ", which was asked for");
    }
    if (!operation.isLocalMemoryValid()) {
      requester().fail(operation, CompletionStatus.LOCAL_PROTECTION_ERROR);
      return;
    }
    operation.accept(
        movedBytes, in.layout().memory(), at + WireRecord.ANSWER_BYTE_COUNT, byteCount);
    movedBytes += byteCount;
    answerAwaited = false;
  }

  private void failFirst(CompletionStatus status) {
    Sent first = outstanding.peek();
    SendOperation failing = first == null ? current : first.operation;
    if (failing != null) {
      requester().fail(failing, status);
    }
  }

  private void takeNotReady(int code) throws ProtocolViolation {
    int number = code >>> 5;
    Sent first = outstanding.peek();
    int expected = first == null ? nextNumber : first.number;
    if (number != (expected & (-1 >>> 5))) {
      // It was taken after all, meanwhile.
      return;
    }
    notReadyTimerNanos = QueuePairAttributes.rnrTimerNanos(code & MOST_TIMER_CODE);
    notReadyRetries = 0;
    notReadyUntilNanos = fabric.nowNanos() + notReadyTimerNanos;
    if (attribute(Attribute.RNR_RETRY) == 0) {
      giveUpNotReady();
    }
  }

  private void startSilence() {
    if (silentUntilNanos == NEVER && attribute(Attribute.TIMEOUT) != 0) {
      silentUntilNanos =
          fabric.nowNanos()
              + (attribute(Attribute.RETRY_COUNT) + 1)
                  * QueuePairAttributes.timeoutNanos(attribute(Attribute.TIMEOUT));
    }
  }

  /** Lets time have its effect. */
  void lookAtTimers() {
    if (!outstanding.isEmpty() || answerAwaited) {
      if (!QueuePairTable.answers(peerWord())) {
        startSilence();
      } else if (current == null || begun || placed) {
        silentUntilNanos = NEVER;
      }
    }
    long now = fabric.nowNanos();
    if (silentUntilNanos != NEVER && now - silentUntilNanos >= 0) {
      silentUntilNanos = NEVER;
      failFirst(CompletionStatus.RETRY_EXCEEDED);
    }
    // Whoever looks late has missed several.
    while (notReadyUntilNanos != NEVER && now - notReadyUntilNanos >= 0) {
      notReadyRetries++;
      notReadyUntilNanos += notReadyTimerNanos;
      int limit = attribute(Attribute.RNR_RETRY);
      if (limit != FOR_EVER && notReadyRetries >= limit) {
        giveUpNotReady();
      }
    }
  }

  private void giveUpNotReady() {
    if (new Gate(output.gate()).giveUp(output.epochOfRequests())) {
      notReadyUntilNanos = NEVER;
      failFirst(CompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED);
    }
  }

  /** Returns whether a request is on its way that does not wait for a receive for ever. */
  boolean isBusy() {
    boolean onItsWay = current != null || !outstanding.isEmpty();
    boolean waitsForEver =
        notReadyUntilNanos != NEVER && attribute(Attribute.RNR_RETRY) == FOR_EVER;
    return onItsWay && !waitsForEver;
  }

  /** Returns how long it is until {@link #lookAtTimers} has something to do, in ns. */
  long timerNanos() {
    if (silentUntilNanos == NEVER && notReadyUntilNanos == NEVER) {
      return NEVER;
    }
    long now = fabric.nowNanos();
    return Math.min(until(silentUntilNanos, now), until(notReadyUntilNanos, now));
  }

  private static long until(long timer, long now) {
    return timer == NEVER ? NEVER : Math.max(0, timer - now);
  }

  /** The peer is gone: what is on its way has failed, and nothing will come any more. */
  void linkDown() {
    failFirst(CompletionStatus.RETRY_EXCEEDED);
    queuePair.enterError();
  }

  /** The queue pair is in error. */
  void giveUp() {
    if (epoch != NOT_OPENED) {
      new Gate(output.gate()).shut(epoch);
    }
    forget();
  }

  private void forget() {
    outstanding.clear();
    current = null;
    refusal = NO_REFUSAL;
    answerAwaited = false;
    silentUntilNanos = NEVER;
    notReadyUntilNanos = NEVER;
  }

  /** What is still in the ring is given up, or the peer would carry it out one day. */
  void reset() {
    giveUp();
    epoch = NOT_OPENED;
    nextNumber = 0;
  }
}
