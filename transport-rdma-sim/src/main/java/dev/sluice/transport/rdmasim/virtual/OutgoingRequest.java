package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Burst;
import dev.sluice.transport.rdmasim.simulation.BurstReceiver;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.verbs.Opcode;
import dev.sluice.transport.rdmasim.verbs.RequestHeader;
import dev.sluice.transport.rdmasim.verbs.SendOperation;
import org.jspecify.annotations.Nullable;

/**
 * A request with packet numbers: what both sides see of it on the wire. A read takes as many
 * numbers as its answer has packets, but its request is one packet.
 */
final class OutgoingRequest implements BurstReceiver {
  // Extended transport headers: where to write or read, what to swap, data or a key beside.
  private static final int PLACE_HEADER_BYTES = 16;
  private static final int ATOMIC_HEADER_BYTES = 28;
  private static final int DATA_HEADER_BYTES = 4;

  final ReliableWire sender;

  /** The sender's life when it was made: a later one does not know it any more. */
  final long life;

  final SendOperation operation;

  /** The way it goes, and its number at the end of it. */
  final Way way;

  final int peerNumber;
  final long startNumber;

  /** How many packet numbers it takes. */
  final int packetCount;

  final int mtuBytes;

  /** After how many packets an answer is asked for, besides at the end. */
  final int askInterval;

  /** Its packets; of a read or an atomic the one that asks. */
  final Burst burst;

  /** What the responder is told: the operation, unless a fault changes it. */
  RequestHeader header;

  boolean transmitted;

  /** How many of its packets were ever given to the link. */
  int sentPackets;

  /** When the last of its packets that was given to the link has left. */
  long leftNanos;

  /** Packets of the answer that came in. */
  int answeredPackets;

  /** Whether the answer has a gap that was asked for again. */
  boolean gapReported;

  @Nullable OutgoingRequest next;

  OutgoingRequest(ReliableWire sender, SendOperation operation, long startNumber) {
    this.sender = sender;
    this.life = sender.life();
    this.operation = operation;
    this.header = operation;
    this.way = sender.way();
    this.peerNumber = sender.peerNumber();
    this.startNumber = startNumber;
    this.mtuBytes = sender.mtuBytes();
    this.askInterval = sender.askInterval();
    packetCount =
        Math.toIntExact(Math.max(1, Math.ceilDiv(operation.byteCount(), (long) mtuBytes)));
    burst = packets();
  }

  private Burst packets() {
    Opcode opcode = operation.opcode();
    if (opcode.isAnswered()) {
      int bytes = opcode.isAtomic() ? ATOMIC_HEADER_BYTES : PLACE_HEADER_BYTES;
      return new Burst(PacketKind.DATA, operation.sequence(), 0, 1, 0, 0, bytes, 0, true);
    }
    Burst message =
        Burst.message(
            PacketKind.DATA,
            operation.sequence(),
            operation.byteCount(),
            mtuBytes,
            opcode.isWrite() ? PLACE_HEADER_BYTES : 0,
            opcode.hasImmediate() || opcode == Opcode.SEND_WITH_INVALIDATE ? DATA_HEADER_BYTES : 0);
    return operation.isInline() ? message.inlined() : message;
  }

  /** Returns the packets of its answer. */
  Burst answer() {
    return Burst.message(
        PacketKind.READ_RESPONSE,
        operation.sequence(),
        operation.byteCount(),
        mtuBytes,
        DATA_HEADER_BYTES,
        packetCount > 1 ? DATA_HEADER_BYTES : 0);
  }

  boolean isAnswered() {
    return operation.opcode().isAnswered();
  }

  long endNumber() {
    return startNumber + packetCount;
  }

  /** Returns the number of a packet as it is sent. */
  int sentNumber(int packet) {
    return PacketNumbers.of(startNumber + packet);
  }

  /** Returns where in the message a packet begins; at the end of the message for the one behind. */
  long position(int packet) {
    return Math.min((long) packet * mtuBytes, operation.byteCount());
  }

  /**
   * Tells whether one of some packets asks to be acknowledged, apart from those that do so because
   * they fill the window.
   */
  boolean asks(int from, int to) {
    return to == packetCount || to / askInterval > from / askInterval;
  }

  /** Tells whether its sender still is what it was. */
  boolean isCurrent() {
    return life == sender.life();
  }

  @Override
  public void arrived(Burst packets, int from, int to, long firstArrivalNanos) {
    way.peer().requestArrived(this, from, to, false);
  }

  /** Returns who takes packets of this request, the last of which asks to be acknowledged. */
  BurstReceiver asking() {
    return (packets, from, to, firstArrivalNanos) ->
        way.peer().requestArrived(this, from, to, to == packets.endPacket());
  }

  @Override
  public String toString() {
    return operation + " in packets " + startNumber + " to " + endNumber();
  }
}
