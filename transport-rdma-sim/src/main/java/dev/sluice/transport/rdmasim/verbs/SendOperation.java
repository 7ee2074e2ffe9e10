package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A request of the send queue on its way; for wires. Its bytes are read where they are.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
public final class SendOperation implements RequestHeader, ByteSource {
  private final SendRequest request;
  private final long sequence;
  private final long byteCount;
  private Pieces pieces = Pieces.NONE;
  private @Nullable MemorySegment inlined;
  private @Nullable CompletionStatus failure;
  private boolean done;
  private boolean taken;

  SendOperation(SendRequest request, long sequence) {
    this.request = request;
    this.sequence = sequence;
    this.byteCount = request.byteCount();
    this.inlined = request.inlined();
  }

  /** Returns its place among the requests of this life of the queue pair, from 0 on. */
  public long sequence() {
    return sequence;
  }

  /** Returns the request. */
  public SendRequest request() {
    return request;
  }

  /** Returns whether its bytes were given with it, and not as registered memory. */
  public boolean isInline() {
    return inlined != null;
  }

  /**
   * Says that the bytes of a send or write are not needed any more: they are placed, or copied. The
   * caller's memory may change then.
   */
  public void markTaken() {
    taken = true;
  }

  /** Copies bytes that the caller may change, unless they are not needed any more. */
  void keepInlined() {
    MemorySegment borrowed = inlined;
    if (borrowed != null && !taken && !done) {
      MemorySegment own = MemorySegment.ofArray(new byte[(int) borrowed.byteSize()]);
      own.copyFrom(borrowed);
      inlined = own;
    }
  }

  /**
   * Looks up the local keys.
   *
   * @return whether they are good
   */
  boolean resolve(ProtectionDomain domain) {
    if (inlined != null) {
      return true;
    }
    Pieces found = Pieces.of(request.local(), domain, opcode().isAnswered());
    if (found == null) {
      return false;
    }
    pieces = found;
    return true;
  }

  /**
   * Returns whether its local memory is still registered as it was; if not, it is to {@link
   * Requester#fail} with {@link CompletionStatus#LOCAL_PROTECTION_ERROR}.
   */
  public boolean isLocalMemoryValid() {
    return pieces.areValid();
  }

  /**
   * Returns whether its local memory has no bytes, see {@link ProtectionDomain#registerLogical}.
   */
  public boolean isLogical() {
    return pieces.isLogical();
  }

  /** Copies bytes of a send or write. Logical memory gives nothing and leaves the target alone. */
  @Override
  public void copyTo(long from, MemorySegment target, long to, long count) {
    MemorySegment own = inlined;
    if (own != null) {
      MemorySegment.copy(own, from, target, to, count);
    } else {
      pieces.copyTo(from, target, to, count);
    }
  }

  /**
   * Puts bytes that came back for a read or an atomic into their place.
   *
   * @param position in the message
   * @param source where they are
   * @param from offset there
   * @param count how many
   */
  public void accept(long position, MemorySegment source, long from, long count) {
    pieces.copyFrom(position, source, from, count);
  }

  void markDone() {
    done = true;
  }

  boolean isDone() {
    return done;
  }

  void doom(CompletionStatus status) {
    failure = status;
  }

  /** Returns how it is going to fail once all before it are complete; null: it is not. */
  @Nullable CompletionStatus failure() {
    return failure;
  }

  @Override
  public Opcode opcode() {
    return request.opcode();
  }

  @Override
  public long byteCount() {
    return byteCount;
  }

  @Override
  public int remoteKey() {
    return request.remoteKey();
  }

  @Override
  public long remoteOffset() {
    return request.remoteOffset();
  }

  @Override
  public int immediate() {
    return request.immediate();
  }

  @Override
  public int invalidatedKey() {
    return request.invalidatedKey();
  }

  @Override
  public long compared() {
    return request.compared();
  }

  @Override
  public long operand() {
    return request.operand();
  }

  @Override
  public boolean isSolicited() {
    return request.isSolicited();
  }

  @Override
  public String toString() {
    return "#" + sequence + " " + request;
  }
}
