package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for the send queue; immutable. Signaled, unless it is told {@link #unsignaled}.
 *
 * <p>The memory it names must not change before its completion, except with {@link #inline}.
 */
public final class SendRequest {
  private enum Flag {
    UNSIGNALED,
    FENCED,
    SOLICITED
  }

  private static final List<ScatterGather> NOTHING = List.of();
  private static final Set<Flag> PLAIN = Set.of();

  private final long id;
  private final Opcode opcode;
  private final List<ScatterGather> local;
  private final @Nullable MemorySegment inlined;
  private final int remoteKey;
  private final long remoteOffset;
  private final int immediate;
  private final int invalidatedKey;
  private final long compared;
  private final long operand;
  private final Set<Flag> flags;

  private SendRequest(
      long id,
      Opcode opcode,
      List<ScatterGather> local,
      @Nullable MemorySegment inlined,
      int remoteKey,
      long remoteOffset,
      int immediate,
      int invalidatedKey,
      long compared,
      long operand,
      Set<Flag> flags) {
    this.id = id;
    this.opcode = opcode;
    this.local = local;
    this.inlined = inlined;
    this.remoteKey = remoteKey;
    this.remoteOffset = remoteOffset;
    this.immediate = immediate;
    this.invalidatedKey = invalidatedKey;
    this.compared = compared;
    this.operand = operand;
    this.flags = flags;
  }

  private static SendRequest plain(
      long id, Opcode opcode, List<ScatterGather> local, int remoteKey, long remoteOffset) {
    return new SendRequest(id, opcode, local, null, remoteKey, remoteOffset, 0, 0, 0, 0, PLAIN);
  }

  /**
   * Returns a send.
   *
   * @param id given back by its completion
   * @param sources the message, one piece after the other
   */
  public static SendRequest send(long id, ScatterGather... sources) {
    return plain(id, Opcode.SEND, List.of(sources), 0, 0);
  }

  /**
   * Returns a write.
   *
   * @param id given back by its completion
   * @param remoteKey {@link MemoryRegion#remoteKey} of the peer's region
   * @param remoteOffset bytes from the start of that region
   * @param sources the bytes, one piece after the other
   */
  public static SendRequest write(
      long id, int remoteKey, long remoteOffset, ScatterGather... sources) {
    return plain(id, Opcode.WRITE, List.of(sources), remoteKey, remoteOffset);
  }

  /**
   * Returns a read.
   *
   * @param id given back by its completion
   * @param remoteKey {@link MemoryRegion#remoteKey} of the peer's region
   * @param remoteOffset bytes from the start of that region
   * @param targets where the bytes go, one piece after the other
   */
  public static SendRequest read(
      long id, int remoteKey, long remoteOffset, ScatterGather... targets) {
    return plain(id, Opcode.READ, List.of(targets), remoteKey, remoteOffset);
  }

  /**
   * Returns a compare and swap of 8 bytes, big-endian or little-endian as the machine is.
   *
   * @param id given back by its completion
   * @param remoteKey {@link MemoryRegion#remoteKey} of the peer's region
   * @param remoteOffset bytes from the start of that region, a multiple of 8
   * @param compared what is expected there
   * @param swapped what replaces it
   * @param target 8 bytes of this side that get the old value
   */
  public static SendRequest compareAndSwap(
      long id,
      int remoteKey,
      long remoteOffset,
      long compared,
      long swapped,
      ScatterGather target) {
    return new SendRequest(
        id,
        Opcode.COMPARE_AND_SWAP,
        List.of(target),
        null,
        remoteKey,
        remoteOffset,
        0,
        0,
        compared,
        swapped,
        PLAIN);
  }

  /**
   * Returns a fetch and add of 8 bytes, in the byte order of the machine.
   *
   * @param id given back by its completion
   * @param remoteKey {@link MemoryRegion#remoteKey} of the peer's region
   * @param remoteOffset bytes from the start of that region, a multiple of 8
   * @param added what is added
   * @param target 8 bytes of this side that get the old value
   */
  public static SendRequest fetchAndAdd(
      long id, int remoteKey, long remoteOffset, long added, ScatterGather target) {
    return new SendRequest(
        id,
        Opcode.FETCH_AND_ADD,
        List.of(target),
        null,
        remoteKey,
        remoteOffset,
        0,
        0,
        0,
        added,
        PLAIN);
  }

  /**
   * Returns a request that withdraws a key of this side.
   *
   * @param id given back by its completion
   * @param key the region's {@link MemoryRegion#localKey}
   */
  public static SendRequest localInvalidate(long id, int key) {
    return new SendRequest(id, Opcode.LOCAL_INVALIDATE, NOTHING, null, 0, 0, 0, key, 0, 0, PLAIN);
  }

  private SendRequest with(Opcode other, int data, int key, @Nullable MemorySegment bytes) {
    return new SendRequest(
        id,
        other,
        bytes == null ? local : NOTHING,
        bytes,
        remoteKey,
        remoteOffset,
        data,
        key,
        compared,
        operand,
        flags);
  }

  /**
   * Returns this send or write with 32 bits of data beside it.
   *
   * @param data what the peer's completion gives
   * @throws IllegalStateException if it is neither
   */
  public SendRequest withImmediate(int data) {
    return switch (opcode) {
      case SEND, SEND_WITH_IMMEDIATE ->
          with(Opcode.SEND_WITH_IMMEDIATE, data, invalidatedKey, inlined);
      case WRITE, WRITE_WITH_IMMEDIATE ->
          with(Opcode.WRITE_WITH_IMMEDIATE, data, invalidatedKey, inlined);
      default -> throw new IllegalStateException(opcode + " takes no immediate data");
    };
  }

  /**
   * Returns this send, which also withdraws a key of the peer.
   *
   * @param peerKey the peer's remote key
   * @throws IllegalStateException if it is no plain send
   */
  public SendRequest invalidating(int peerKey) {
    if (opcode != Opcode.SEND) {
      throw new IllegalStateException(opcode + " invalidates no key of the peer");
    }
    return with(Opcode.SEND_WITH_INVALIDATE, immediate, peerKey, inlined);
  }

  /**
   * Returns this request with bytes of its own in place of registered memory. They are taken when
   * it is posted, and may change as soon as that has returned.
   *
   * @param bytes at most {@link QueuePairOptions#maxInlineBytes}
   */
  public SendRequest inline(MemorySegment bytes) {
    return with(opcode, immediate, invalidatedKey, bytes);
  }

  private SendRequest with(Flag flag) {
    EnumSet<Flag> more = EnumSet.of(flag);
    more.addAll(flags);
    return new SendRequest(
        id,
        opcode,
        local,
        inlined,
        remoteKey,
        remoteOffset,
        immediate,
        invalidatedKey,
        compared,
        operand,
        more);
  }

  /**
   * Returns this request without a completion if it succeeds. Its place in the send queue is free
   * again only once a later signaled request is complete.
   */
  public SendRequest unsignaled() {
    return with(Flag.UNSIGNALED);
  }

  /**
   * Returns this request so that it starts only once earlier reads and atomics are complete; a
   * local invalidate only once all earlier requests are, which may still need the region.
   */
  public SendRequest fenced() {
    return with(Flag.FENCED);
  }

  /** Returns this request so that it wakes a peer that waits for solicited completions only. */
  public SendRequest solicited() {
    return with(Flag.SOLICITED);
  }

  /** Returns what its completion gives back. */
  public long id() {
    return id;
  }

  /** Returns what it does. */
  public Opcode opcode() {
    return opcode;
  }

  /** Returns the pieces of this side's memory. */
  public List<ScatterGather> local() {
    return local;
  }

  /** Returns the bytes to take when it is posted, in place of {@link #local}; null: none. */
  public @Nullable MemorySegment inlined() {
    return inlined;
  }

  /** Returns the key of the peer's region. */
  public int remoteKey() {
    return remoteKey;
  }

  /** Returns where in the peer's region, in bytes. */
  public long remoteOffset() {
    return remoteOffset;
  }

  /** Returns the data beside the bytes. */
  public int immediate() {
    return immediate;
  }

  /** Returns the key to withdraw; 0: none. */
  public int invalidatedKey() {
    return invalidatedKey;
  }

  /** Returns what a compare and swap expects. */
  public long compared() {
    return compared;
  }

  /** Returns what a compare and swap puts, or a fetch and add adds. */
  public long operand() {
    return operand;
  }

  /** Returns whether it completes also when it succeeds. */
  public boolean isSignaled() {
    return !flags.contains(Flag.UNSIGNALED);
  }

  /** Returns whether it waits for earlier reads and atomics. */
  public boolean isFenced() {
    return flags.contains(Flag.FENCED);
  }

  /** Returns whether it wakes a peer that waits for solicited completions only. */
  public boolean isSolicited() {
    return flags.contains(Flag.SOLICITED);
  }

  /** Returns the number of its bytes; {@link Long#MAX_VALUE} if there are more than that. */
  public long byteCount() {
    if (inlined != null) {
      return inlined.byteSize();
    }
    long sum = 0;
    for (ScatterGather piece : local) {
      sum += piece.byteCount();
      if (sum < 0) {
        return Long.MAX_VALUE;
      }
    }
    return sum;
  }

  @Override
  public String toString() {
    return opcode + " " + id + " of " + byteCount() + " bytes";
  }
}
