package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.shm.WireRecord.Incoming;
import dev.sluice.transport.rdmasim.verbs.ByteSource;
import dev.sluice.transport.rdmasim.verbs.Opcode;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.Responder;
import dev.sluice.transport.rdmasim.verbs.Verdict;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the requests that the peer put into the ring. A record that cannot be done with yet
 * stays where it is, and so do all behind it.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
final class WireResponder {
  private static final int TIMER_BITS = 5;

  private final SharedLayout layout;
  private final QueuePair queuePair;
  private final RingConsumer in;
  private final WireOutput output;
  private final Gate gate;

  /** The message that is being taken; null between two. */
  private @Nullable Incoming incoming;

  private long placedBytes;

  /** The peer was told that there is no receive. */
  private boolean announced;

  /** The request was taken after that. */
  private boolean taken;

  /** Of the requests that are done with, modulo its range. */
  private int doneCount;

  WireResponder(
      SharedLayout layout,
      QueuePair queuePair,
      RingConsumer in,
      WireOutput output,
      SharedCounter gateWord) {
    this.layout = layout;
    this.queuePair = queuePair;
    this.in = in;
    this.output = output;
    gate = new Gate(gateWord);
  }

  private Responder responder() {
    return queuePair.responder();
  }

  /** Takes a record; returns whether it is done with. */
  boolean take(long at) throws ProtocolViolation {
    MemorySegment memory = in.layout().memory();
    if (WireRecord.queuePair(memory, at) != queuePair.number()) {
      return true;
    }
    if (!queuePair.state().answers()) {
      return false;
    }
    int epoch = WireRecord.epoch(memory, at);
    if (epoch == output.epochOfAnswers() && in.type() == WireRecord.REFUSE) {
      // Its sender is in error, and has given up what comes behind.
      responder().refuse(WireRecord.refusal(memory, at));
      return true;
    }
    if (epoch != output.epochOfAnswers() || gate.isGivenUp(epoch)) {
      incoming = null;
      announced = false;
      return true;
    }
    if (announced && !takeAfterAll(epoch)) {
      return !announced;
    }
    Verdict verdict =
        switch (in.type()) {
          case WireRecord.REQUEST -> takeRequest(memory, at);
          case WireRecord.PLACED -> takePlaced(memory, at);
          default -> takeFragment(memory, at);
        };
    return isDone(verdict, epoch);
  }

  /** Returns whether it may be taken now. If not, and it is no longer announced, it is dropped. */
  private boolean takeAfterAll(int epoch) {
    if (responder().receiveCount() == 0) {
      return false;
    }
    announced = false;
    taken = gate.take(epoch);
    return taken;
  }

  private Verdict takeRequest(MemorySegment memory, long at) throws ProtocolViolation {
    int dataBytes = in.byteCount() - WireRecord.REQUEST_BYTE_COUNT;
    if (incoming != null) {
      throw new ProtocolViolation("a request within a message, at", placedBytes, "its end");
    }
    Incoming request = WireRecord.request(memory, at);
    boolean answered = request.opcode().isAnswered();
    if (dataBytes < 0
        || dataBytes > (answered || request.isLogical() ? 0 : request.byteCount())
        || (answered && request.byteCount() > layout.mostAnswerBytes())) {
      throw new ProtocolViolation(
          "the size of the record of a " + request.opcode() + " of " + request.byteCount(),
          in.byteCount(),
          "what belongs to it");
    }
    Verdict verdict = responder().begin(request);
    if (verdict != Verdict.ACCEPTED) {
      return verdict;
    }
    return answered
        ? answer(request)
        : place(
            request,
            0,
            memory,
            at + WireRecord.REQUEST_BYTE_COUNT,
            request.isLogical() ? request.byteCount() : dataBytes);
  }

  private Verdict takePlaced(MemorySegment memory, long at) throws ProtocolViolation {
    if (incoming != null || in.byteCount() < WireRecord.PLACED_BYTE_COUNT) {
      throw new ProtocolViolation("the size of a notice", in.byteCount(), "that of a notice");
    }
    return responder().finish(WireRecord.placed(memory, at));
  }

  private Verdict takeFragment(MemorySegment memory, long at) throws ProtocolViolation {
    Incoming request = incoming;
    int dataBytes = in.byteCount() - WireRecord.FRAGMENT_BYTE_COUNT;
    long position = WireRecord.position(memory, at);
    if (request == null
        || position != placedBytes
        || dataBytes < 0
        || dataBytes > request.byteCount() - placedBytes) {
      throw new ProtocolViolation(
          "the place of a fragment of " + dataBytes + " bytes", position, "next in its message");
    }
    return place(request, position, memory, at + WireRecord.FRAGMENT_BYTE_COUNT, dataBytes);
  }

  private Verdict place(
      Incoming request, long position, MemorySegment memory, long dataAt, long dataBytes) {
    ByteSource source =
        request.isLogical()
            ? (from, target, to, byteCount) -> {}
            : (from, target, to, byteCount) ->
                MemorySegment.copy(memory, dataAt + (from - position), target, to, byteCount);
    Verdict verdict = responder().place(request, position, source, dataBytes);
    if (verdict != Verdict.ACCEPTED) {
      return verdict;
    }
    if (position + dataBytes < request.byteCount()) {
      incoming = request;
      placedBytes = position + dataBytes;
      return Verdict.ACCEPTED;
    }
    Verdict finished = responder().finish(request);
    if (finished == Verdict.ACCEPTED) {
      incoming = null;
      placedBytes = 0;
    }
    return finished;
  }

  /** Where there is no room for an answer nothing happens now, as if nobody was there. */
  private Verdict answer(Incoming request) throws ProtocolViolation {
    int byteCount = (int) request.byteCount();
    long at = output.claimAnswer(WireRecord.ANSWER_BYTE_COUNT + byteCount);
    if (at == RingProducer.FULL) {
      return Verdict.SILENT;
    }
    long dataAt = at + WireRecord.ANSWER_BYTE_COUNT;
    Verdict verdict =
        request.opcode() == Opcode.READ
            ? responder().read(request, 0, output.memory(), dataAt, byteCount)
            : responder().atomic(request, output.memory().asSlice(dataAt, byteCount));
    if (verdict == Verdict.ACCEPTED) {
      WireRecord.writePosition(output.memory(), at, 0);
      output.commit(WireRecord.ANSWER);
    }
    return verdict;
  }

  private boolean isDone(Verdict verdict, int epoch) throws ProtocolViolation {
    if (verdict == Verdict.ACCEPTED) {
      if (incoming == null) {
        doneCount++;
        if (taken) {
          taken = false;
          gate.reopen(epoch);
        }
      }
      return true;
    }
    // What is said now is of the first record that is not released.
    in.release();
    if (verdict == Verdict.RECEIVER_NOT_READY) {
      announced = true;
      int timer = queuePair.attributes().value(Attribute.MIN_RNR_TIMER);
      output.owe(WireRecord.NOT_READY, epoch, (doneCount << TIMER_BITS) | timer);
    } else if (verdict.isRefusal()) {
      incoming = null;
      output.owe(WireRecord.REFUSED, epoch, verdict.syndrome());
    }
    return false;
  }

  /** Returns whether the next record waits for something that only this side's user can do. */
  boolean isHeldUp() {
    return announced || !queuePair.state().answers();
  }

  void reset() {
    incoming = null;
    placedBytes = 0;
    announced = false;
    taken = false;
    doneCount = 0;
  }
}
