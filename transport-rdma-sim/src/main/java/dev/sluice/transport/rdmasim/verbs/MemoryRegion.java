package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Memory that queue pairs of its domain may use: by its local key on this side, by its remote key
 * from the peer. Places in it are offsets from its start; no address ever leaves the process.
 *
 * <h2>Ownership</h2>
 *
 * {@link #close} takes the keys back. Memory that was registered stays the caller's; memory that
 * the domain allocated is freed.
 *
 * <h2>Threading</h2>
 *
 * Any thread.
 */
public final class MemoryRegion implements AutoCloseable {
  private final RdmaDevice device;
  private final FabricMemory memory;
  private final long byteCount;
  private final boolean logical;
  private final int index;

  /** Held by whoever changes the keys, for as long as he waits for those who are inside. */
  private final Object changes = new Object();

  // Guarded by the changes for writing.
  private volatile ProtectionDomain domain;
  private volatile int rights;
  private volatile int key;
  private volatile boolean valid = true;
  private boolean closed;

  MemoryRegion(
      ProtectionDomain domain,
      FabricMemory memory,
      long byteCount,
      boolean logical,
      int rights,
      int index,
      int key) {
    this.device = domain.device();
    this.domain = domain;
    this.memory = memory;
    this.byteCount = byteCount;
    this.logical = logical;
    this.rights = rights;
    this.index = index;
    this.key = key;
  }

  /** Returns the key for requests of this side. */
  public int localKey() {
    return key;
  }

  /** Returns the key for requests of the peer; 0 if it may do nothing. */
  public int remoteKey() {
    return Access.isRemote(rights) ? key : 0;
  }

  /** Returns its size in bytes. */
  public long byteCount() {
    return byteCount;
  }

  /**
   * Returns the memory.
   *
   * @throws IllegalStateException if it has none, see {@link ProtectionDomain#registerLogical}
   */
  public MemorySegment segment() {
    if (logical) {
      throw new IllegalStateException("a logical region of " + byteCount + " bytes has no memory");
    }
    return memory.segment();
  }

  /** Returns whether it has keys and a size only. */
  public boolean isLogical() {
    return logical;
  }

  /** Returns the domain it belongs to now. */
  public ProtectionDomain domain() {
    return domain;
  }

  /** Returns whether its keys work. */
  public boolean isValid() {
    return valid;
  }

  boolean allows(Access right) {
    return (rights & right.bit()) != 0;
  }

  FabricMemory memory() {
    return memory;
  }

  int rights() {
    return rights;
  }

  /**
   * Registers the same memory anew, with a new key; the old key is stale from now on.
   *
   * @param target the domain it is to belong to
   * @param access what may be done with it
   * @throws VerbsException of reason INVALID if the access is contradictory (the region stays as it
   *     was) or the region is closed
   */
  public void reregister(ProtectionDomain target, Set<Access> access) throws VerbsException {
    device.reregister(this, target, access);
  }

  Object changes() {
    return changes;
  }

  /** The changes are held, as for the next ones. */
  void become(ProtectionDomain target, int newRights, int newKey) {
    domain = target;
    rights = newRights;
    key = newKey;
    valid = true;
  }

  void invalidate() {
    valid = false;
  }

  int index() {
    return index;
  }

  boolean isClosed() {
    return closed;
  }

  void markClosed() {
    closed = true;
  }

  /**
   * Takes the keys back; returns when no peer is inside. Requests that are under way fail. Calling
   * it again does nothing.
   */
  @Override
  public void close() {
    device.deregister(this);
  }

  /** Returns a piece of it for a request. */
  public ScatterGather piece(long offset, long count) {
    return new ScatterGather(key, offset, count);
  }

  /** Returns all of it for a request. */
  public ScatterGather whole() {
    return piece(0, byteCount);
  }

  /** Whether this side may use a range of it: the local half of the checks. */
  static boolean isUsable(
      @Nullable MemoryRegion region,
      ScatterGather piece,
      ProtectionDomain wanted,
      boolean toBeWritten) {
    return region != null
        && region.valid
        && region.key == piece.localKey()
        && region.domain == wanted
        && (!toBeWritten || region.allows(Access.LOCAL_WRITE))
        && piece.offset() >= 0
        && piece.byteCount() >= 0
        && piece.offset() <= region.byteCount
        && piece.byteCount() <= region.byteCount - piece.offset();
  }
}
