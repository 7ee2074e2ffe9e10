package dev.sluice.transport.rdmasim.verbs;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import java.util.List;
import java.util.Set;

/**
 * One end of a reliable connection: a send queue and a receive queue.
 *
 * <p>Requests are judged when they are posted only as far as their form goes; all else is told by a
 * completion. Requests of the send queue start in the order of posting and complete in it; so do
 * receives. What is promised between them is in {@code docs/spec/rdma-sim.md}.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time uses a queue pair and the completion queues it completes in.
 */
public final class QueuePair implements AutoCloseable {
  private final RdmaDevice device;
  private final ProtectionDomain domain;
  private final QueuePairOptions options;
  private final int number;
  private final Requester requester;
  private final Responder responder;
  private final Wire wire;

  private volatile QueuePairState state = QueuePairState.RESET;
  private QueuePairAttributes attributes = QueuePairAttributes.none();
  private boolean drainedEventWanted;
  private boolean closed;

  QueuePair(RdmaDevice device, ProtectionDomain domain, QueuePairOptions options, int number) {
    this.device = device;
    this.domain = domain;
    this.options = options;
    this.number = number;
    requester = new Requester(this, options.maxSendRequests());
    responder = new Responder(this, options.maxReceiveRequests());
    wire = device.fabric().wire(this);
    options.sendCompletions().attach(this);
    options.receiveCompletions().attach(this);
    publish();
  }

  /** Who carries out no reads and atomics at a time allows none. */
  private void publish() {
    int rights = attributes.value(Attribute.ACCESS);
    if (attributes.value(Attribute.MAX_PEER_READ_ATOMIC) == 0) {
      rights &= ~(Access.REMOTE_READ.bit() | Access.REMOTE_ATOMIC.bit());
    }
    device.queuePairs().put(number, state, rights, domain.number());
  }

  /** Returns the number by which the peer addresses it: 24 bits, not 0. */
  public int number() {
    return number;
  }

  /** Returns the state it is in; any thread. */
  public QueuePairState state() {
    return state;
  }

  /** Returns what it was made with. */
  public QueuePairOptions options() {
    return options;
  }

  /** Returns the domain it belongs to. */
  public ProtectionDomain domain() {
    return domain;
  }

  /** Returns all attributes that were set in this life. */
  public QueuePairAttributes attributes() {
    return attributes;
  }

  /** Returns the send queue; for wires. */
  public Requester requester() {
    return requester;
  }

  /** Returns the receiving side; for wires. */
  public Responder responder() {
    return responder;
  }

  /** Returns how it reaches its peer; for fabrics. */
  public Wire wire() {
    return wire;
  }

  /**
   * Changes the state, attributes, or both. All or nothing: a change that is refused changes
   * nothing.
   *
   * @param change where to go, and with what
   * @throws VerbsException of reason INVALID if that change is not legal from here, or an attribute
   *     is missing, does not belong there, or is out of its range; BUSY if the queue pair is still
   *     draining
   */
  public void modify(QueuePairAttributes change) throws VerbsException {
    QueuePairState target = change.state().orElse(state);
    check(change, target);
    drainedEventWanted = change.value(Attribute.DRAINED_EVENT) == 1;
    QueuePairState before = state;
    attributes =
        target == QueuePairState.RESET ? QueuePairAttributes.none() : attributes.mergedWith(change);
    if (target == QueuePairState.ERR) {
      enterError();
      return;
    }
    state = target;
    publish();
    switch (target) {
      case RESET -> forget();
      case RTR -> wire.connect();
      case RTS -> wire.kick();
      case SQD -> {
        if (before == QueuePairState.RTS) {
          drained();
        }
      }
      default -> {}
    }
  }

  private void check(QueuePairAttributes change, QueuePairState target) throws VerbsException {
    String what = "queue pair " + number + " from " + state + " to " + target;
    if (closed) {
      throw VerbsException.invalid("queue pair " + number + " is closed");
    }
    if (!state.mayBecome(target)) {
      throw VerbsException.invalid(what + ": there is no such way");
    }
    if (change.currentState().isPresent()
        && (change.currentState().get() != state || !state.answers())) {
      throw VerbsException.invalid(
          what + ": it cannot be taken to be in " + change.currentState().get());
    }
    Set<Attribute> given = change.names();
    Transition transition = Transition.between(state, target);
    if (!transition.missing(given).isEmpty()) {
      throw VerbsException.invalid(what + " needs " + transition.missing(given) + " as well");
    }
    if (!transition.excess(given).isEmpty()) {
      throw VerbsException.invalid(what + " does not take " + transition.excess(given));
    }
    for (Attribute attribute : given) {
      if (!attribute.accepts(change.value(attribute))) {
        throw VerbsException.invalid(
            what + ": " + attribute + " cannot be " + change.value(attribute));
      }
    }
    int readAtomic =
        Math.max(
            change.value(Attribute.MAX_READ_ATOMIC), change.value(Attribute.MAX_PEER_READ_ATOMIC));
    if (readAtomic > device.limits().maxReadAtomic()) {
      throw VerbsException.invalid(
          what + ": " + readAtomic + " reads, but " + device.limits().maxReadAtomic() + " at most");
    }
    if (state == QueuePairState.SQD
        && !requester.isIdle()
        && target != QueuePairState.ERR
        && target != QueuePairState.RESET) {
      throw VerbsException.busy(what + ": it is still draining");
    }
  }

  private void forget() {
    wire.reset();
    requester.reset();
    responder.reset();
    options.sendCompletions().purge(number);
    options.receiveCompletions().purge(number);
  }

  /**
   * Goes to ERR from wherever it is, as after a fatal error: everything that is posted is flushed,
   * the send queue first. Does nothing in ERR and in RESET. For wires, connection managers and
   * faults; others call {@link #modify}.
   */
  public void enterError() {
    if (state == QueuePairState.ERR || state == QueuePairState.RESET) {
      return;
    }
    state = QueuePairState.ERR;
    publish();
    wire.fail();
    requester.flush();
    responder.flush();
  }

  /** Everything that was started is complete. */
  void drained() {
    if (state == QueuePairState.SQD && drainedEventWanted && requester.isIdle()) {
      drainedEventWanted = false;
      device.raise(AsyncEvent.Kind.SEND_QUEUE_DRAINED, number);
    }
  }

  /**
   * Posts a request to the send queue.
   *
   * @param request what to do
   * @throws VerbsException of reason FULL if the queue has no place; INVALID if the request has too
   *     many pieces or inline bytes, is too long, is malformed, or cannot be posted in this state
   */
  public void postSend(SendRequest request) throws VerbsException {
    if (state == QueuePairState.RESET
        || state == QueuePairState.INIT
        || state == QueuePairState.RTR) {
      throw VerbsException.invalid("queue pair " + number + " takes no sends in state " + state);
    }
    requirePieces(request.local().size());
    if (request.inlined() != null) {
      if (request.byteCount() > options.maxInlineBytes()) {
        throw VerbsException.invalid(
            request + " inline: queue pair " + number + " takes " + options.maxInlineBytes());
      }
      if (!request.opcode().isSend() && !request.opcode().isWrite()) {
        throw VerbsException.invalid(request + " inline: only sends and writes may be");
      }
    }
    if (request.byteCount() > device.limits().maxMessageBytes()) {
      throw VerbsException.invalid(
          request + ": the device's limit is " + device.limits().maxMessageBytes());
    }
    if (request.opcode().isAtomic()
        && (request.byteCount() != Long.BYTES || request.remoteOffset() % Long.BYTES != 0)) {
      throw VerbsException.invalid(
          request + " at " + request.remoteOffset() + ": atomics are 8 bytes at a multiple of 8");
    }
    if (request.opcode().isAnswered()
        && state != QueuePairState.ERR
        && attributes.value(Attribute.MAX_READ_ATOMIC) == 0) {
      throw VerbsException.invalid(request + ": MAX_READ_ATOMIC is 0");
    }
    requester.post(request);
  }

  /**
   * Posts requests to the send queue, in order, up to the first that is refused.
   *
   * @param requests what to do
   * @throws VerbsException as {@link #postSend(SendRequest)}; {@link VerbsException#postedCount}
   *     tells how many stay posted
   */
  public void postSend(List<SendRequest> requests) throws VerbsException {
    int posted = 0;
    for (SendRequest request : requests) {
      try {
        postSend(request);
      } catch (VerbsException refused) {
        throw refused.after(posted);
      }
      posted++;
    }
  }

  /**
   * Posts a request to the receive queue.
   *
   * @param request where a message may go
   * @throws VerbsException of reason FULL if the queue has no place; INVALID if the request has too
   *     many pieces or the state is RESET
   */
  public void postReceive(ReceiveRequest request) throws VerbsException {
    if (state == QueuePairState.RESET) {
      throw VerbsException.invalid("queue pair " + number + " takes no receives in state RESET");
    }
    requirePieces(request.targets().size());
    responder.post(request);
  }

  private void requirePieces(int count) throws VerbsException {
    if (closed) {
      throw VerbsException.invalid("queue pair " + number + " is closed");
    }
    if (count > options.maxPieces()) {
      throw VerbsException.invalid(
          count + " pieces: queue pair " + number + " takes " + options.maxPieces());
    }
  }

  /** Destroys it, without completions for what is posted. Calling it again does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    state = QueuePairState.RESET;
    forget();
    options.sendCompletions().detach(this);
    options.receiveCompletions().detach(this);
    device.destroy(this);
  }

  @Override
  public String toString() {
    return "queue pair " + number + " of " + device.name() + " (" + state + ")";
  }
}
