package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one queue pair writes into the peer's memory: records into the ring of its partner. One full
 * fence at the end serves all that was written meanwhile.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
final class WireOutput {
  /** A short record that must come through, and waits for room if there is none. */
  private record Owed(int type, int epoch, int code) {}

  private final SharedFabric fabric;
  private final QueuePair queuePair;
  private final ArrayDeque<Owed> owed = new ArrayDeque<>();
  private @Nullable RingProducer ring;
  private @Nullable SharedCounter gate;
  private int peerNumber;
  private boolean written;
  private @Nullable RingLayout released;

  WireOutput(SharedFabric fabric, QueuePair queuePair) {
    this.fabric = fabric;
    this.queuePair = queuePair;
  }

  void connect(int number) {
    int place = QueuePairTable.place(number);
    if (place >= fabric.layout().limits().maxQueuePairs()) {
      // Nobody is there: as if the packets went nowhere.
      return;
    }
    peerNumber = number;
    ring = fabric.peer().outbound().get(place);
    gate =
        new SharedCounter(
            fabric.peer().memory().first().memory(), fabric.layout().gateOffset(place));
  }

  boolean isConnected() {
    return ring != null;
  }

  int peerNumber() {
    return peerNumber;
  }

  RingProducer ring() {
    return Objects.requireNonNull(ring);
  }

  /** Returns the word by which the requester tells the responder that it has given up. */
  SharedCounter gate() {
    return Objects.requireNonNull(gate);
  }

  MemorySegment memory() {
    return ring().layout().memory();
  }

  /** Returns where the payload of a request goes; FULL: nowhere now. */
  long claimRequest(int byteCount) throws ProtocolViolation {
    return ring().hasRoom(byteCount + fabric.layout().reservedBytes())
        ? claim(byteCount, epochOfRequests())
        : RingProducer.FULL;
  }

  /** Returns where the payload of an answer goes; FULL: nowhere now. */
  long claimAnswer(int byteCount) throws ProtocolViolation {
    return claim(byteCount, epochOfAnswers());
  }

  private long claim(int byteCount, int epoch) throws ProtocolViolation {
    long at = ring().claim(byteCount);
    if (at != RingProducer.FULL) {
      WireRecord.writePrefix(memory(), at, peerNumber, epoch);
    }
    return at;
  }

  int epochOfRequests() {
    return queuePair.attributes().value(Attribute.SEND_PACKET_NUMBER);
  }

  int epochOfAnswers() {
    return queuePair.attributes().value(Attribute.RECEIVE_PACKET_NUMBER);
  }

  void commit(int type) {
    ring().commit(type);
    ring().publish();
    written = true;
  }

  /** Writes a short record now or, if there is no room, later. */
  void owe(int type, int epoch, int code) throws ProtocolViolation {
    owed.add(new Owed(type, epoch, code));
    pushOwed();
  }

  void pushOwed() throws ProtocolViolation {
    while (!owed.isEmpty()) {
      long at = claim(WireRecord.CODE_BYTE_COUNT, owed.element().epoch());
      if (at == RingProducer.FULL) {
        return;
      }
      Owed first = owed.remove();
      WireRecord.writeCode(memory(), at, first.code());
      commit(first.type());
    }
    // Whoever owes something may be in error, and does nothing afterwards that would tell.
    flush();
  }

  long writtenCount() {
    return ring == null ? 0 : ring.position();
  }

  boolean owes() {
    return !owed.isEmpty();
  }

  /** Notes that records of a ring of this side were released, which its producer may wait for. */
  void noteReleased(RingLayout ownRing) {
    released = ownRing;
  }

  /** Rings if the peer waits for what was done since the last time. */
  void flush() {
    RingLayout ownRing = released;
    if (!written && ownRing == null) {
      return;
    }
    VarHandle.fullFence();
    boolean awaited =
        (written && ring().layout().consumerArmed().opaque() != 0)
            || (ownRing != null && ownRing.producerArmed().opaque() != 0);
    written = false;
    released = null;
    if (awaited) {
      fabric.peer().bell().ring();
    }
  }

  void arm(int difference) {
    if (ring != null) {
      ring.layout().producerArmed().add(difference);
    }
  }
}
