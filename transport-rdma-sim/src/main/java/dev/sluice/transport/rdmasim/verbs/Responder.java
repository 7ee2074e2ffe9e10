package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a queue pair: judges the peer's requests and carries them out.
 *
 * <p>For each request the wire calls {@link #begin}, then {@link #place} for its parts, or {@link
 * #read} or {@link #atomic}, then {@link #finish}. Each may refuse, which ends the request and puts
 * the queue pair into ERR. {@link Verdict#RECEIVER_NOT_READY} changes nothing: the same call is to
 * be made again later. {@link Verdict#SILENT} says that the queue pair answers no more.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
public final class Responder {
  private static final int ATOMIC_BYTES = 8;
  private static final ValueLayout.OfLong PLACE = ValueLayout.JAVA_LONG_UNALIGNED;

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
      receives.add(request);
      flush();
      return;
    }
    if (receives.size() + (receive == null ? 0 : 1) >= capacity) {
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

  /** Returns how many receives are posted and not begun. */
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
    if (!queuePair.state().answers()) {
      // Who was told has ended it.
      return Verdict.SILENT;
    }
    if (verdict.isRefusal()) {
      return refuse(verdict);
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
    // One that was begun is taken again: its first packet was repeated, or its sender began anew.
    ReceiveRequest taken = receive == null ? receives.poll() : receive;
    if (taken == null) {
      return Verdict.RECEIVER_NOT_READY;
    }
    receive = taken;
    Pieces found = Pieces.of(taken.targets(), queuePair.domain(), true);
    if (found == null) {
      return failReceive(CompletionStatus.LOCAL_PROTECTION_ERROR, Verdict.REMOTE_OPERATION);
    }
    if (found.byteCount() < byteCount) {
      return failReceive(CompletionStatus.LOCAL_LENGTH_ERROR, Verdict.INVALID_REQUEST);
    }
    targets = found;
    return Verdict.ACCEPTED;
  }

  private Verdict failReceive(CompletionStatus status, Verdict verdict) {
    ReceiveRequest failed = Objects.requireNonNull(receive);
    receive = null;
    complete(failed, status);
    return refuse(verdict);
  }

  /** An error or a reset may come between the parts of a request. */
  private boolean isGone(RequestHeader request) {
    return !queuePair.state().answers() || (request.opcode().isSend() && receive == null);
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
    if (isGone(request)) {
      return Verdict.SILENT;
    }
    if (byteCount == 0) {
      return Verdict.ACCEPTED;
    }
    if (request.opcode().isSend()) {
      if (!targets.areValid()) {
        return failReceive(CompletionStatus.LOCAL_PROTECTION_ERROR, Verdict.REMOTE_OPERATION);
      }
      targets.forEachRun(
          from,
          byteCount,
          (done, memory, offset, count) -> source.copyTo(from + done, memory, offset, count));
      return Verdict.ACCEPTED;
    }
    return inRegion(
        request,
        Access.REMOTE_WRITE,
        from,
        byteCount,
        memory -> source.copyTo(from, memory, request.remoteOffset() + from, byteCount));
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
   * Is inside the region while its memory is used, because another thread may close it. Events come
   * after that: who is told of one may close the region himself.
   */
  private Verdict inRegion(
      RequestHeader request,
      Access right,
      long from,
      long byteCount,
      Consumer<MemorySegment> access) {
    RegionTable regions = queuePair.domain().device().regions();
    int key = request.remoteKey();
    boolean allowed = false;
    if (regions.enter(key)) {
      try {
        MemoryRegion region = regionOf(request, right, from, byteCount);
        allowed = region != null;
        if (region != null && !region.isLogical()) {
          access.accept(region.segment());
        }
      } finally {
        regions.leave(key);
      }
    }
    return allowed ? Verdict.ACCEPTED : refuse(Verdict.REMOTE_ACCESS);
  }

  /**
   * Takes bytes that a read asks for. Also in ERR: a later request may have been refused while this
   * one, which was accepted before, is still being answered.
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
    return inRegion(
        request,
        Access.REMOTE_READ,
        from,
        byteCount,
        memory -> {
          if (target.byteSize() > 0) {
            MemorySegment.copy(memory, request.remoteOffset() + from, target, to, byteCount);
          }
        });
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
    if (isGone(request)) {
      return Verdict.SILENT;
    }
    return inRegion(
        request,
        Access.REMOTE_ATOMIC,
        0,
        ATOMIC_BYTES,
        memory -> {
          // Queue pairs of other threads may change the same place.
          synchronized (queuePair.domain().device().atomics()) {
            result.set(PLACE, 0, changed(memory, request));
          }
        });
  }

  private static long changed(MemorySegment memory, RequestHeader request) {
    long old = memory.get(PLACE, request.remoteOffset());
    if (request.opcode() == Opcode.FETCH_AND_ADD) {
      memory.set(PLACE, request.remoteOffset(), old + request.operand());
    } else if (old == request.compared()) {
      memory.set(PLACE, request.remoteOffset(), request.operand());
    }
    return old;
  }

  /**
   * Ends a request whose bytes are all in their place: completes the receive.
   *
   * @param request what {@link #begin} accepted
   */
  public Verdict finish(RequestHeader request) {
    Opcode opcode = request.opcode();
    if (isGone(request)) {
      return Verdict.SILENT;
    }
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
    WorkCompletion completion =
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
            opcode == Opcode.SEND_WITH_INVALIDATE ? request.invalidatedKey() : 0);
    boolean told = queuePair.options().receiveCompletions().push(completion, request.isSolicited());
    // A completion that is lost in an overrun must not be a success for the sender.
    return told ? Verdict.ACCEPTED : Verdict.SILENT;
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
    if (queuePair.state() != QueuePairState.ERR) {
      return;
    }
    ReceiveRequest inProgress = receive;
    if (inProgress != null) {
      receive = null;
      complete(inProgress, CompletionStatus.FLUSHED);
    }
    targets = Pieces.NONE;
    // Who is told of a completion may begin a new life.
    while (queuePair.state() == QueuePairState.ERR && !receives.isEmpty()) {
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
