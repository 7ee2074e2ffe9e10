package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.verbs.Opcode;
import dev.sluice.transport.rdmasim.verbs.RegionTable;
import dev.sluice.transport.rdmasim.verbs.RemoteChecks;
import dev.sluice.transport.rdmasim.verbs.SendOperation;
import dev.sluice.transport.rdmasim.verbs.Verdict;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Writes, reads and changes the peer's memory in place, after the checks that the peer would make.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
final class DirectAccess {
  /** How it went. */
  enum Outcome {
    DONE,
    REFUSED,
    /** The memory is not mapped: its owner has to do it. */
    IMPOSSIBLE
  }

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final SharedFabric fabric;
  private final MemorySegment oldValue = MemorySegment.ofArray(new long[1]);
  private Verdict verdict = Verdict.ACCEPTED;

  DirectAccess(SharedFabric fabric) {
    this.fabric = fabric;
  }

  /** Returns why the last operation was REFUSED. */
  Verdict verdict() {
    return verdict;
  }

  /**
   * Carries out a request that names memory of the peer; any other is impossible.
   *
   * @param word what the peer's table says of its queue pair
   */
  Outcome carryOut(SendOperation operation, long word) throws IOException {
    Opcode opcode = operation.opcode();
    if (!opcode.isWrite() && !opcode.isAnswered()) {
      return Outcome.IMPOSSIBLE;
    }
    RegionTable regions = fabric.peer().regions();
    int key = operation.remoteKey();
    boolean inside = regions.enter(key);
    try {
      verdict = RemoteChecks.judge(word, regions, operation);
      if (verdict.isRefusal()) {
        return Outcome.REFUSED;
      }
      if (operation.byteCount() == 0) {
        return Outcome.DONE;
      }
      int index = RegionTable.index(key);
      int segment = regions.segmentId(index);
      if (segment < 0) {
        return Outcome.IMPOSSIBLE;
      }
      long segmentBytes = SharedFabric.segmentByteCount(regions.byteCountOf(index));
      MemorySegment memory = fabric.peer().memory().segment(segment, segmentBytes);
      access(operation, memory, regions.segmentOffset(index));
      return Outcome.DONE;
    } finally {
      if (inside) {
        regions.leave(key);
      }
    }
  }

  /**
   * The region's place is what the peer wrote into its table: it is checked against the mapping.
   */
  static long placeIn(MemorySegment memory, long regionOffset, long inRegion, long byteCount)
      throws ProtocolViolation {
    long offset = regionOffset + inRegion;
    if (regionOffset < 0 || offset < regionOffset || byteCount > memory.byteSize() - offset) {
      throw new ProtocolViolation(
          "the place of a region", regionOffset, "inside its " + memory.byteSize() + " bytes");
    }
    return offset;
  }

  private void access(SendOperation operation, MemorySegment memory, long regionOffset)
      throws ProtocolViolation {
    long byteCount = operation.byteCount();
    long offset = placeIn(memory, regionOffset, operation.remoteOffset(), byteCount);
    if (operation.opcode().isWrite()) {
      operation.copyTo(0, memory, offset, byteCount);
      operation.markTaken();
    } else if (operation.opcode() == Opcode.READ) {
      operation.accept(0, memory, offset, byteCount);
    } else {
      change(operation, memory, offset);
    }
  }

  private void change(SendOperation operation, MemorySegment memory, long offset)
      throws ProtocolViolation {
    if (offset % Long.BYTES != 0) {
      throw new ProtocolViolation("the place of a region", offset, "a multiple of 8");
    }
    // As in SharedCounter#replace.
    long _ = (long) LONG.getAcquire(memory, offset);
    long old =
        operation.opcode() == Opcode.FETCH_AND_ADD
            ? (long) LONG.getAndAdd(memory, offset, operation.operand())
            : (long)
                LONG.compareAndExchange(memory, offset, operation.compared(), operation.operand());
    oldValue.set(ValueLayout.JAVA_LONG, 0, old);
    operation.accept(0, oldValue, 0, Long.BYTES);
  }
}
