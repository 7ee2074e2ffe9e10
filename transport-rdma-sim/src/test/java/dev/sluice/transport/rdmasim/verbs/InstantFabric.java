package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Two devices in one thread, with nothing between them: a request is carried out as soon as it may
 * start. A peer without a receive is asked again whenever it is looked at.
 */
public final class InstantFabric implements Fabric {
  private static final int READ_AT_ONCE = 1 << 16;

  private final Arena arena = Arena.ofAuto();
  private final RdmaDevice device;
  private final List<InstantWire> wires = new ArrayList<>();
  private @Nullable InstantFabric peer;
  private long nowNanos;

  private InstantFabric(String name, DeviceLimits limits) {
    device = new RdmaDevice(name, this, limits);
  }

  /** Returns two devices that reach each other. */
  public static RdmaDevice[] pair(DeviceLimits limits) {
    InstantFabric one = new InstantFabric("one", limits);
    InstantFabric other = new InstantFabric("other", limits);
    one.peer = other;
    other.peer = one;
    return new RdmaDevice[] {one.device, other.device};
  }

  @Override
  public MemorySegment tables(long byteCount) {
    return arena.allocate(byteCount, Long.BYTES);
  }

  @Override
  public FabricMemory allocate(long byteCount) {
    return FabricMemory.unmapped(arena.allocate(byteCount, Long.BYTES));
  }

  @Override
  public Wire wire(QueuePair queuePair) {
    InstantWire wire = new InstantWire(queuePair);
    wires.add(wire);
    return wire;
  }

  /** Asks again, on both sides, all who were told to wait. */
  public void settle() {
    List.copyOf(wires).forEach(InstantWire::kick);
    List.copyOf(Objects.requireNonNull(peer).wires).forEach(InstantWire::kick);
  }

  @Override
  public void awaitUnused(BooleanSupplier unused) {
    if (!unused.getAsBoolean()) {
      throw new AssertionError("a region is used, but nobody is there");
    }
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  /** Time passes only here, and nothing ever comes by itself. */
  @Override
  public boolean await(List<QueuePair> listening, BooleanSupplier ready, Duration atMost) {
    nowNanos += atMost.toNanos();
    return ready.getAsBoolean();
  }

  private final class InstantWire implements Wire {
    private final QueuePair queuePair;
    private final ArrayDeque<SendOperation> pending = new ArrayDeque<>();
    private boolean busy;

    InstantWire(QueuePair queuePair) {
      this.queuePair = queuePair;
    }

    @Override
    public void connect() {}

    @Override
    public void kick() {
      if (busy) {
        return;
      }
      busy = true;
      try {
        while (carryOutFirst()) {
          // Each may let another one start.
        }
      } finally {
        busy = false;
      }
    }

    private boolean carryOutFirst() {
      if (pending.isEmpty()) {
        SendOperation next = queuePair.requester().next();
        if (next == null) {
          return false;
        }
        pending.add(next);
      }
      SendOperation first = pending.element();
      if (!first.isLocalMemoryValid()) {
        pending.poll();
        queuePair.requester().fail(first, CompletionStatus.LOCAL_PROTECTION_ERROR);
        return false;
      }
      QueuePair target = target();
      Verdict verdict = target == null ? Verdict.SILENT : carryOut(first, target.responder());
      if (verdict == Verdict.RECEIVER_NOT_READY) {
        return false;
      }
      pending.poll();
      if (verdict != Verdict.ACCEPTED) {
        queuePair.requester().fail(first, verdict.status());
        return false;
      }
      queuePair.requester().done(first);
      return true;
    }

    private @Nullable QueuePair target() {
      return Objects.requireNonNull(peer)
          .device
          .queuePair(queuePair.attributes().value(QueuePairAttributes.Attribute.PEER_NUMBER));
    }

    private Verdict read(SendOperation operation, Responder responder) {
      MemorySegment bytes = MemorySegment.ofArray(new byte[READ_AT_ONCE]);
      Verdict verdict = Verdict.ACCEPTED;
      long done = 0;
      while (done < operation.byteCount() && verdict == Verdict.ACCEPTED) {
        long count = Math.min(READ_AT_ONCE, operation.byteCount() - done);
        verdict = responder.read(operation, done, bytes, 0, count);
        operation.accept(done, bytes, 0, verdict == Verdict.ACCEPTED ? count : 0);
        done += count;
      }
      return verdict;
    }

    private Verdict carryOut(SendOperation operation, Responder responder) {
      Verdict verdict = responder.begin(operation);
      if (verdict != Verdict.ACCEPTED) {
        return verdict;
      }
      if (operation.opcode() == Opcode.READ) {
        return read(operation, responder);
      }
      if (operation.opcode().isAtomic()) {
        MemorySegment old = MemorySegment.ofArray(new long[1]);
        verdict = responder.atomic(operation, old);
        operation.accept(0, old, 0, verdict == Verdict.ACCEPTED ? Long.BYTES : 0);
        return verdict;
      }
      verdict = responder.place(operation, 0, operation, operation.byteCount());
      return verdict == Verdict.ACCEPTED ? responder.finish(operation) : verdict;
    }

    @Override
    public void progress() {
      kick();
      QueuePair other = target();
      if (other != null) {
        other.wire().kick();
      }
    }

    @Override
    public void fail() {
      pending.clear();
    }

    @Override
    public void reset() {
      pending.clear();
    }
  }
}
