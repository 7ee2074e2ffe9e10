package dev.sluice.transport.rdmasim.verbs;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * What belongs together: queue pairs use the regions of their own domain only.
 *
 * <h2>Ownership</h2>
 *
 * Regions and queue pairs are closed before their domain.
 */
public final class ProtectionDomain implements AutoCloseable {
  private final RdmaDevice device;
  private final int number;

  // Guarded by the device's lock.
  private int childCount;
  private boolean closed;

  ProtectionDomain(RdmaDevice device, int number) {
    this.device = device;
    this.number = number;
  }

  RdmaDevice device() {
    return device;
  }

  /** Returns the number that tells it from the device's other domains. */
  public int number() {
    return number;
  }

  /**
   * Registers memory of the caller. Where the peer cannot map it, its bytes are carried, which
   * takes more than one copy.
   *
   * @param memory stays the caller's, and accessible for as long as the region is open
   * @param access what may be done with it
   * @throws VerbsException of reason INVALID if the access is contradictory: REMOTE_WRITE or
   *     REMOTE_ATOMIC without LOCAL_WRITE, or LOCAL_WRITE to read-only memory; FULL if the device
   *     has no key left
   */
  public MemoryRegion register(MemorySegment memory, Set<Access> access) throws VerbsException {
    if (memory.isReadOnly() && access.contains(Access.LOCAL_WRITE)) {
      throw VerbsException.invalid("access " + access + " to memory that is read-only");
    }
    return device.register(this, FabricMemory.unmapped(memory), memory.byteSize(), false, access);
  }

  /**
   * Allocates memory and registers it. It lies where the fabric reaches it best.
   *
   * @param byteCount at least 1
   * @param access what may be done with it
   * @throws VerbsException as for {@link #register}
   * @throws IOException if there is not so much memory
   */
  public MemoryRegion allocate(long byteCount, Set<Access> access) throws IOException {
    RdmaDevice.requireSize(byteCount);
    FabricMemory memory = device.fabric().allocate(byteCount);
    boolean registered = false;
    try {
      MemoryRegion region = device.register(this, memory, byteCount, false, access);
      registered = true;
      return region;
    } finally {
      if (!registered) {
        memory.free().run();
      }
    }
  }

  /**
   * Registers a region that has keys and a size but no memory: requests take their time, and move
   * nothing. To plan for sizes that no machine has.
   *
   * @param byteCount at least 1
   * @param access what may be done with it
   * @throws VerbsException as for {@link #register}
   */
  public MemoryRegion registerLogical(long byteCount, Set<Access> access) throws VerbsException {
    return device.register(
        this, FabricMemory.unmapped(MemorySegment.NULL), byteCount, true, access);
  }

  /**
   * Makes a queue pair, in state RESET.
   *
   * @param options its queues and their sizes
   * @throws VerbsException of reason INVALID if a size is over the device's limits; FULL if the
   *     device has no queue pair left
   */
  public QueuePair createQueuePair(QueuePairOptions options) throws VerbsException {
    return device.createQueuePair(this, options);
  }

  /** The device's lock is held. */
  void adopt(int difference) {
    childCount += difference;
  }

  /** The device's lock is held. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Frees it. Calling it again does nothing.
   *
   * @throws VerbsException of reason BUSY if it still has regions or queue pairs
   */
  @Override
  public void close() throws VerbsException {
    synchronized (device.lock()) {
      if (childCount > 0) {
        throw VerbsException.busy(
            "protection domain " + number + " still has " + childCount + " regions or queue pairs");
      }
      closed = true;
    }
  }
}
