package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.verbs.Opcode;
import dev.sluice.transport.rdmasim.verbs.RequestHeader;
import dev.sluice.transport.rdmasim.verbs.SendOperation;
import dev.sluice.transport.rdmasim.verbs.Verdict;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What goes through the ring between two queue pairs. Every record begins with the number of the
 * queue pair it is for, and with the packet number with which the requests of this life of the
 * connection began: what is left over from an earlier life is told by them.
 *
 * <p>Like the rest of shared memory, a record can be rewritten by the peer while it is read: each
 * field is read once.
 */
final class WireRecord {
  /** A request, with the first bytes of its message. */
  static final int REQUEST = 1;

  /** Further bytes of the message. */
  static final int FRAGMENT = 2;

  /** A write with immediate data whose bytes are in their place already. */
  static final int PLACED = 3;

  /** Bytes that a read or an atomic asked for. */
  static final int ANSWER = 4;

  /** The responder refused the first request that is not released yet. */
  static final int REFUSED = 5;

  /** The requester found that the responder has to refuse. */
  static final int REFUSE = 6;

  /** No receive is posted for the first request that is not released yet. */
  static final int NOT_READY = 7;

  static final int PREFIX_BYTE_COUNT = 8;
  static final int REQUEST_BYTE_COUNT = 64;
  static final int FRAGMENT_BYTE_COUNT = 16;
  static final int PLACED_BYTE_COUNT = 24;
  static final int ANSWER_BYTE_COUNT = 16;
  static final int CODE_BYTE_COUNT = 16;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final int SOLICITED = 1;

  /** The bytes mean nothing: they come from a region without memory. */
  private static final int LOGICAL = 2;

  private static final Opcode[] OPCODES = Opcode.values();
  private static final Verdict[] VERDICTS = Verdict.values();

  private WireRecord() {}

  static void writePrefix(MemorySegment memory, long at, int queuePair, int epoch) {
    memory.set(INT, at, queuePair);
    memory.set(INT, at + 4, epoch);
  }

  static int queuePair(MemorySegment memory, long at) {
    return memory.get(INT, at);
  }

  static int epoch(MemorySegment memory, long at) {
    return memory.get(INT, at + 4);
  }

  static void writeRequest(
      MemorySegment memory, long at, SendOperation request, long from, long byteCount) {
    memory.set(INT, at + 8, request.opcode().code());
    memory.set(
        INT,
        at + 12,
        (request.isSolicited() ? SOLICITED : 0) | (request.isLogical() ? LOGICAL : 0));
    memory.set(LONG, at + 16, byteCount);
    memory.set(LONG, at + 24, request.remoteOffset() + from);
    memory.set(INT, at + 32, request.remoteKey());
    memory.set(INT, at + 36, request.immediate());
    memory.set(LONG, at + 40, request.invalidatedKey());
    memory.set(LONG, at + 48, request.compared());
    memory.set(LONG, at + 56, request.operand());
  }

  /** Reads a request. */
  static Incoming request(MemorySegment memory, long at) throws ProtocolViolation {
    Opcode opcode = opcode(memory.get(INT, at + 8));
    int flags = memory.get(INT, at + 12);
    long byteCount = memory.get(LONG, at + 16);
    if (byteCount < 0) {
      throw new ProtocolViolation("the byte count of a request", byteCount, "0 or more");
    }
    return new Incoming(
        opcode,
        byteCount,
        memory.get(INT, at + 32),
        memory.get(LONG, at + 24),
        memory.get(INT, at + 36),
        (int) memory.get(LONG, at + 40),
        memory.get(LONG, at + 48),
        memory.get(LONG, at + 56),
        (flags & SOLICITED) != 0,
        (flags & LOGICAL) != 0);
  }

  private static Opcode opcode(int code) throws ProtocolViolation {
    for (Opcode opcode : OPCODES) {
      if (opcode.code() == code && opcode != Opcode.LOCAL_INVALIDATE) {
        return opcode;
      }
    }
    throw new ProtocolViolation("the opcode of a request", code, "one of a peer's requests");
  }

  static void writePlaced(MemorySegment memory, long at, RequestHeader request) {
    memory.set(INT, at + 8, request.immediate());
    memory.set(INT, at + 12, request.isSolicited() ? SOLICITED : 0);
    memory.set(LONG, at + 16, request.byteCount());
  }

  /** Reads the notice of a write whose bytes are in their place. */
  static Incoming placed(MemorySegment memory, long at) {
    return new Incoming(
        Opcode.WRITE_WITH_IMMEDIATE,
        memory.get(LONG, at + 16),
        0,
        0,
        memory.get(INT, at + 8),
        0,
        0,
        0,
        memory.get(INT, at + 12) == SOLICITED,
        false);
  }

  /** Writes where in its message a fragment or an answer begins. */
  static void writePosition(MemorySegment memory, long at, long position) {
    memory.set(LONG, at + 8, position);
  }

  static long position(MemorySegment memory, long at) {
    return memory.get(LONG, at + 8);
  }

  static void writeCode(MemorySegment memory, long at, int code) {
    memory.set(LONG, at + 8, code);
  }

  static int code(MemorySegment memory, long at) {
    return (int) memory.get(LONG, at + 8);
  }

  static Verdict refusal(MemorySegment memory, long at) throws ProtocolViolation {
    int code = code(memory, at);
    for (Verdict verdict : VERDICTS) {
      if (verdict.isRefusal() && verdict.syndrome() == code) {
        return verdict;
      }
    }
    throw new ProtocolViolation("the code of a refusal", code, "that of a refusal");
  }

  /** A request as it was read. */
  record Incoming(
      Opcode opcode,
      long byteCount,
      int remoteKey,
      long remoteOffset,
      int immediate,
      int invalidatedKey,
      long compared,
      long operand,
      boolean isSolicited,
      boolean isLogical)
      implements RequestHeader {}
}
