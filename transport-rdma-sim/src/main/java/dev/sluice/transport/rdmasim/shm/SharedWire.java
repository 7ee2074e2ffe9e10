package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import dev.sluice.transport.rdmasim.verbs.Wire;
import java.io.IOException;

/**
 * The wire of a queue pair between two processes: {@link WireRequester} carries this side's
 * requests out, {@link WireResponder} the peer's. This class ties them to the two rings, and to the
 * end of the peer.
 *
 * <p>Nothing is lost here, so nothing is sent twice, and what the timers of a real connection are
 * for is decided by looking: a peer that is gone fails requests at once.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
final class SharedWire implements Wire, Armable {
  /** A look at the control socket is a system call; a spinning thread makes one each so often. */
  private static final int LOOK_PERIOD = 1024;

  /** Then the peer's waiting threads are told of what was done so far. */
  private static final int MOST_RECORDS_AT_ONCE = 64;

  private final SharedFabric fabric;
  private final QueuePair queuePair;
  private final RingConsumer in;
  private final WireRequester requester;
  private final WireResponder responder;
  private final WireOutput output;
  private int idleCount;

  SharedWire(SharedFabric fabric, QueuePair queuePair) {
    this.fabric = fabric;
    this.queuePair = queuePair;
    int place = QueuePairTable.place(queuePair.number());
    in = fabric.inbound(place);
    output = new WireOutput(fabric, queuePair);
    requester = new WireRequester(fabric, queuePair, output);
    responder =
        new WireResponder(
            fabric.layout(),
            queuePair,
            in,
            output,
            new SharedCounter(fabric.own().memory(), fabric.layout().gateOffset(place)));
  }

  @Override
  public void connect() {
    output.connect(queuePair.attributes().value(Attribute.PEER_NUMBER));
  }

  @Override
  public void kick() {
    guarded(
        () -> {
          requester.kick();
          output.flush();
        });
  }

  @Override
  public void progress() {
    guarded(this::move);
  }

  private void move() throws IOException {
    if (!output.isConnected()) {
      return;
    }
    // Before the look at the ring: what the peer wrote before its end is there, and counts.
    boolean gone = fabric.isPeerGone();
    output.pushOwed();
    requester.acknowledge();
    boolean moved = false;
    for (int i = 0; i < MOST_RECORDS_AT_ONCE && takeRecord(); i++) {
      moved = true;
    }
    if (moved) {
      in.release();
      output.noteReleased(in.layout());
      idleCount = 0;
    }
    requester.kick();
    requester.lookAtTimers();
    output.flush();
    if (moved) {
      return;
    }
    if (gone) {
      requester.acknowledge();
      requester.linkDown();
    } else {
      lookNowAndThen();
    }
  }

  /** Whether the peer is gone then counts the next time. */
  private void lookNowAndThen() {
    if (++idleCount >= LOOK_PERIOD) {
      idleCount = 0;
      boolean _ = fabric.lookForPeer();
    }
  }

  /** Returns whether there was a record that is done with. */
  private boolean takeRecord() throws IOException {
    long at = in.peek();
    if (at == RingConsumer.EMPTY) {
      return false;
    }
    if (in.byteCount() < WireRecord.CODE_BYTE_COUNT) {
      throw new ProtocolViolation(
          "the size of a record", in.byteCount(), "at least " + WireRecord.CODE_BYTE_COUNT);
    }
    boolean done =
        switch (in.type()) {
          case WireRecord.REQUEST, WireRecord.FRAGMENT, WireRecord.PLACED, WireRecord.REFUSE ->
              responder.take(at);
          case WireRecord.ANSWER, WireRecord.REFUSED, WireRecord.NOT_READY ->
              requester.take(in, at);
          default -> throw new ProtocolViolation("the type of a record", in.type(), "1 to 7");
        };
    if (done) {
      in.advance();
    }
    return done;
  }

  /** What the peer does against the protocol ends the queue pair, and is kept for its user. */
  private void guarded(Step step) {
    try {
      step.run();
    } catch (TransportException broken) {
      fabric.fail(broken);
      queuePair.enterError();
    } catch (IOException | IndexOutOfBoundsException broken) {
      fabric.fail(
          new TransportException(
              TransportException.Kind.IO,
              queuePair + " cannot go on: " + broken.getMessage(),
              broken));
      queuePair.enterError();
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  @Override
  public void fail() {
    requester.giveUp();
  }

  @Override
  public void reset() {
    requester.reset();
    responder.reset();
  }

  /** Returns whether something of either side is still on its way here. */
  boolean isBusy() {
    return output.isConnected()
        && (requester.isBusy() || output.owes() || (in.hasRecord() && !responder.isHeldUp()));
  }

  /** Returns a number that changes with everything that moves. */
  long movedCount() {
    return in.releasedCount() + output.writtenCount();
  }

  /** Returns how long it is until something is due, in ns. */
  long timerNanos() {
    return requester.timerNanos();
  }

  /** Asks the peer for a bell when it writes something for this queue pair, or makes room. */
  @Override
  public void arm() {
    in.layout().consumerArmed().add(1);
    output.arm(1);
  }

  @Override
  public void disarm() {
    in.layout().consumerArmed().add(-1);
    output.arm(-1);
  }
}
