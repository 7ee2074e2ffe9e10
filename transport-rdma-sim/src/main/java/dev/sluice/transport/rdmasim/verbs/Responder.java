package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a queue pair: judges the peer's requests and carries them out.
 *
 * <p>For each request the wire calls {@link #begin}, then {@link #place} for its parts, or {@link
 * #read} or {@link #atomic}, then {@link #finish}. Each may refuse, which ends the request and puts
 * the queue pair into ERR. {@link Verdict#RECEIVER_NOT_READY} changes nothing: the same call is to
 * be made again later.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
public final class Responder {
  private static final int ATOMIC_BYTES = 8;

  private final QueuePair queuePair;
  private final int capacity;
  private final ArrayDeque<ReceiveRequest> receives = new ArrayDeque<>();

  // Of the request that is being carried out.
  private @Nullable ReceiveRequest receive;
  private Pieces targets = Pieces.NONE;
  private boolean communicated;

  Responder(QueuePair queuePair, int capacity) {
    this.queuePair = queuePair;
    this.capacity = capacity;
  }

  void post(ReceiveRequest request) throws VerbsException {
    if (queuePair.state() == QueuePairState.ERR) {
      complete(request, CompletionStatus.FLUSHED);
      return;
    }
    if (receives.size() >= capacity) {
      throw VerbsException.full(
          "the receive queue of queue pair "
              + queuePair.number()
              + " has its "
              + capacity
              + " requests");
    }
    receives.add(request);
    queuePair.wire().receivePosted();
  }

  /** Returns how many receives are posted. */
  public int receiveCount() {
    return receives.size();
  }

  /**
   * Judges a request before its bytes, and takes the receive of a send.
   *
   * @param request what is asked for
   */
  public Verdict begin(RequestHeader request) {
    Verdict verdict =
        RemoteChecks.judge(
            queuePair.domain().device().queuePairs().word(queuePair.number()),
            queuePair.domain().device().regions(),
            request);
    if (verdict == Verdict.SILENT) {
      return verdict;
    }
    tellOfFirstRequest();
    if (verdict.isRefusal()) {
      return refuse(verdict);
    }
    if (request.opcode().isAnswered()
        && queuePair.attributes().value(QueuePairAttributes.Attribute.MAX_PEER_READ_ATOMIC) == 0) {
      return refuse(Verdict.INVALID_REQUEST);
    }
    return request.opcode().isSend() ? takeReceive(request.byteCount()) : Verdict.ACCEPTED;
  }

  private void tellOfFirstRequest() {
    if (queuePair.state() == QueuePairState.RTR && !communicated) {
      communicated = true;
      queuePair
          .domain()
          .device()
          .raise(AsyncEvent.Kind.COMMUNICATION_ESTABLISHED, queuePair.number());
    }
  }

  private Verdict takeReceive(long byteCount) {
    if (receive != null) {
      // The same request once more: its first packet was repeated.
      return Verdict.ACCEPTED;
    }
    ReceiveRequest first = receives.poll();
    if (first == null) {
      return Verdict.RECEIVER_NOT_READY;
    }
    Pieces found = Pieces.of(first.targets(), queuePair.domain(), true);
    if (found == null) {
      complete(first, CompletionStatus.LOCAL_PROTECTION_ERROR);
      return refuse(Verdict.REMOTE_OPERATION);
    }
    if (found.byteCount() < byteCount) {
      complete(first, CompletionStatus.LOCAL_LENGTH_ERROR);
      return refuse(Verdict.INVALID_REQUEST);
    }
    receive = first;
    targets = found;
    return Verdict.ACCEPTED;
  }

  /**
   * Puts a part of a send or write into its place. Parts may come in any order, and again.
   *
   * @param request what {@link #begin} accepted
   * @param from position of the part in the message
   * @param source the bytes of the message
   * @param byteCount of the part
   */
  public Verdict place(RequestHeader request, long from, ByteSource source, long byteCount) {
    if (byteCount == 0) {
      return Verdict.ACCEPTED;
    }
    if (request.opcode().isSend()) {
      if (!targets.areValid()) {
        complete(Objects.requireNonNull(receive), CompletionStatus.LOCAL_PROTECTION_ERROR);
        receive = null;
        return refuse(Verdict.REMOTE_OPERATION);
      }
      targets.forEachRun(
          from,
          byteCount,
          (done, memory, offset, count) -> source.copyTo(from + done, memory, offset, count));
      return Verdict.ACCEPTED;
    }
    MemoryRegion region = regionOf(request, Access.REMOTE_WRITE, from, byteCount);
    if (region == null) {
      return refuse(Verdict.REMOTE_ACCESS);
    }
    if (!region.isLogical()) {
      source.copyTo(from, region.segment(), request.remoteOffset() + from, byteCount);
    }
    return Verdict.ACCEPTED;
  }

  /** Looks the region up again for each part: it may have been withdrawn meanwhile. */
  private @Nullable MemoryRegion regionOf(
      RequestHeader request, Access right, long from, long byteCount) {
    RdmaDevice device = queuePair.domain().device();
    int index =
        device
            .regions()
            .find(
                request.remoteKey(),
                queuePair.domain().number(),
                right,
                request.remoteOffset() + from,
                byteCount);
    return index == RegionTable.NONE ? null : device.regionAt(index);
  }

  /**
   * Takes bytes that a read asks for.
   *
   * @param request what {@link #begin} accepted
   * @param from position in the message
   * @param target where to
   * @param to offset there
   * @param byteCount how many
   */
  public Verdict read(
      RequestHeader request, long from, MemorySegment target, long to, long byteCount) {
    if (byteCount == 0) {
      return Verdict.ACCEPTED;
    }
    MemoryRegion region = regionOf(request, Access.REMOTE_READ, from, byteCount);
    if (region == null) {
      return refuse(Verdict.REMOTE_ACCESS);
    }
    if (!region.isLogical() && target.byteSize() > 0) {
      MemorySegment.copy(region.segment(), request.remoteOffset() + from, target, to, byteCount);
    }
    return Verdict.ACCEPTED;
  }

  /**
   * Returns whether {@link #read} moves bytes at all: not if there are none, or the region is
   * logical. To know how much memory the answer needs on its way.
   *
   * @param request what {@link #begin} accepted
   */
  public boolean movesBytes(RequestHeader request) {
    MemoryRegion region = regionOf(request, Access.REMOTE_READ, 0, request.byteCount());
    return request.byteCount() > 0 && region != null && !region.isLogical();
  }

  /**
   * Carries out a compare and swap or a fetch and add.
   *
   * @param request what {@link #begin} accepted
   * @param result 8 bytes that get the old value
   */
  public Verdict atomic(RequestHeader request, MemorySegment result) {
    MemoryRegion region = regionOf(request, Access.REMOTE_ATOMIC, 0, ATOMIC_BYTES);
    if (region == null) {
      return refuse(Verdict.REMOTE_ACCESS);
    }
    if (region.isLogical()) {
      return Verdict.ACCEPTED;
    }
    MemorySegment memory = region.segment();
    long old = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, request.remoteOffset());
    if (request.opcode() == Opcode.FETCH_AND_ADD) {
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, request.remoteOffset(), old + request.operand());
    } else if (old == request.compared()) {
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, request.remoteOffset(), request.operand());
    }
    result.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, old);
    return Verdict.ACCEPTED;
  }

  /**
   * Ends a request whose bytes are all in their place: completes the receive.
   *
   * @param request what {@link #begin} accepted
   */
  public Verdict finish(RequestHeader request) {
    Opcode opcode = request.opcode();
    if (!opcode.takesReceive()) {
      return Verdict.ACCEPTED;
    }
    if (opcode == Opcode.SEND_WITH_INVALIDATE
        && !queuePair.domain().device().invalidate(request.invalidatedKey(), queuePair.domain())) {
      return refuse(Verdict.REMOTE_ACCESS);
    }
    ReceiveRequest taken = opcode.isSend() ? receive : receives.poll();
    if (taken == null) {
      return Verdict.RECEIVER_NOT_READY;
    }
    receive = null;
    targets = Pieces.NONE;
    queuePair
        .options()
        .receiveCompletions()
        .push(
            new WorkCompletion(
                taken.id(),
                CompletionStatus.SUCCESS,
                opcode.isSend()
                    ? CompletionOpcode.RECEIVE
                    : CompletionOpcode.RECEIVE_WRITE_WITH_IMMEDIATE,
                queuePair.number(),
                request.byteCount(),
                opcode.hasImmediate(),
                request.immediate(),
                opcode == Opcode.SEND_WITH_INVALIDATE ? request.invalidatedKey() : 0),
            request.isSolicited());
    return Verdict.ACCEPTED;
  }

  /**
   * Does what a refusal does to this side: an event, and the queue pair goes to ERR. For wires that
   * judge on the other side, and for faults.
   *
   * @param verdict the refusal
   * @return the same
   */
  public Verdict refuse(Verdict verdict) {
    AsyncEvent.Kind kind =
        switch (verdict) {
          case INVALID_REQUEST -> AsyncEvent.Kind.QUEUE_PAIR_REQUEST_ERROR;
          case REMOTE_ACCESS -> AsyncEvent.Kind.QUEUE_PAIR_ACCESS_ERROR;
          default -> AsyncEvent.Kind.QUEUE_PAIR_FATAL;
        };
    queuePair.domain().device().raise(kind, queuePair.number());
    queuePair.enterError();
    return verdict;
  }

  private void complete(ReceiveRequest request, CompletionStatus status) {
    queuePair
        .options()
        .receiveCompletions()
        .push(
            WorkCompletion.of(
                request.id(), status, CompletionOpcode.RECEIVE, queuePair.number(), 0),
            false);
  }

  void flush() {
    ReceiveRequest inProgress = receive;
    if (inProgress != null) {
      receive = null;
      complete(inProgress, CompletionStatus.FLUSHED);
    }
    targets = Pieces.NONE;
    while (!receives.isEmpty()) {
      complete(receives.remove(), CompletionStatus.FLUSHED);
    }
  }

  void reset() {
    receives.clear();
    receive = null;
    targets = Pieces.NONE;
    communicated = false;
  }
}
