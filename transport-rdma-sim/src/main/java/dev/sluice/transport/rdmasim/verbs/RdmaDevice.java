package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One side's adapter: everything else is made through it.
 *
 * <h2>Ownership</h2>
 *
 * Belongs to its fabric, and ends with it. What was made through it is closed by who made it, inner
 * things first.
 *
 * <h2>Threading</h2>
 *
 * The device, its domains and regions: any thread. A queue pair with its completion queues: one
 * thread at a time.
 */
public final class RdmaDevice {
  /** Tags differ from the start, so that a key of another region is not right by chance. */
  private static final int TAG_STRIDE = 29;

  private final String name;
  private final Fabric fabric;
  private final DeviceLimits limits;
  private final RegionTable regions;
  private final QueuePairTable queuePairs;
  private final AtomicReferenceArray<@Nullable MemoryRegion> regionAt;
  private final AtomicReferenceArray<@Nullable QueuePair> queuePairAt;
  private final ConcurrentLinkedQueue<AsyncEvent> events = new ConcurrentLinkedQueue<>();
  private final Object lock = new Object();
  private final Object atomics = new Object();
  private volatile @Nullable Consumer<AsyncEvent> listener;

  // Guarded by the lock.
  private final int[] tags;
  private final int[] lives;
  private int nextRegion = 1;
  private int nextDomain = 1;
  private int nextCompletionQueue = 1;

  /**
   * Creates a device; for fabrics.
   *
   * @param name for messages
   * @param fabric what it reaches its peer through
   * @param limits what it can do
   */
  public RdmaDevice(String name, Fabric fabric, DeviceLimits limits) {
    this.name = name;
    this.fabric = fabric;
    this.limits = limits;
    long pairBytes = QueuePairTable.byteCount(limits.maxQueuePairs());
    MemorySegment tables = fabric.tables(tableByteCount(limits));
    queuePairs = new QueuePairTable(tables.asSlice(0, pairBytes), limits.maxQueuePairs());
    regions = new RegionTable(tables.asSlice(pairBytes), limits.maxRegions());
    regionAt = new AtomicReferenceArray<>(limits.maxRegions() + 1);
    queuePairAt = new AtomicReferenceArray<>(limits.maxQueuePairs());
    tags = new int[limits.maxRegions() + 1];
    lives = new int[limits.maxQueuePairs()];
  }

  /**
   * Returns how much memory the tables of a device take; first those of its queue pairs, then those
   * of its regions.
   *
   * @param limits of the device
   */
  public static long tableByteCount(DeviceLimits limits) {
    return QueuePairTable.byteCount(limits.maxQueuePairs())
        + RegionTable.byteCount(limits.maxRegions());
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  /** Returns what it can do. */
  public DeviceLimits limits() {
    return limits;
  }

  /** Returns what it reaches its peer through. */
  public Fabric fabric() {
    return fabric;
  }

  /** Returns the regions as the peer sees them; for fabrics. */
  public RegionTable regions() {
    return regions;
  }

  /**
   * Takes a key back behind everybody's back; for faults.
   *
   * @param key a local or remote key
   * @return whether it was valid
   */
  public boolean invalidate(int key) {
    MemoryRegion region = region(key);
    return region != null && invalidate(key, region.domain());
  }

  QueuePairTable queuePairs() {
    return queuePairs;
  }

  Object lock() {
    return lock;
  }

  /** Held for one atomic. */
  Object atomics() {
    return atomics;
  }

  /** Makes a protection domain. */
  public ProtectionDomain createProtectionDomain() {
    synchronized (lock) {
      return new ProtectionDomain(this, nextDomain++);
    }
  }

  /**
   * Makes a completion queue.
   *
   * @param capacity how many completions fit; at least the sum of the sizes of the queues that
   *     complete in it, or it may overrun
   * @throws VerbsException of reason INVALID if that is less than 1 or over the device's limit
   */
  public CompletionQueue createCompletionQueue(int capacity) throws VerbsException {
    if (capacity < 1 || capacity > limits.maxCompletions()) {
      throw VerbsException.invalid(
          "a completion queue of " + capacity + " is not in 1.." + limits.maxCompletions());
    }
    synchronized (lock) {
      return new CompletionQueue(this, nextCompletionQueue++, capacity);
    }
  }

  /** Takes the oldest event; empty: there is none. */
  public Optional<AsyncEvent> pollEvent() {
    return Optional.ofNullable(events.poll());
  }

  /**
   * Sets who is told of events besides, at once and in the thread that meets them; null: nobody.
   *
   * @param told must not throw
   */
  public void onEvent(@Nullable Consumer<AsyncEvent> told) {
    listener = told;
  }

  /**
   * Notes an event; for fabrics.
   *
   * @param kind what happened
   * @param number of the object; 0: the device itself
   */
  public void raise(AsyncEvent.Kind kind, int number) {
    AsyncEvent event = new AsyncEvent(kind, number);
    events.add(event);
    Consumer<AsyncEvent> told = listener;
    if (told != null) {
      told.accept(event);
    }
  }

  /**
   * Returns a queue pair; for fabrics.
   *
   * @param number its number
   * @return null if there is none of that number
   */
  public @Nullable QueuePair queuePair(int number) {
    int place = QueuePairTable.place(number);
    QueuePair there = place < limits.maxQueuePairs() ? queuePairAt.get(place) : null;
    return there != null && there.number() == number ? there : null;
  }

  /**
   * Tells of all queue pairs there are; for fabrics.
   *
   * @param told takes each
   */
  public void forEachQueuePair(Consumer<QueuePair> told) {
    for (int place = 0; place < limits.maxQueuePairs(); place++) {
      QueuePair there = queuePairAt.get(place);
      if (there != null) {
        told.accept(there);
      }
    }
  }

  /** Returns the region that a local key names, valid or not. */
  @Nullable MemoryRegion region(int localKey) {
    int index = RegionTable.index(localKey);
    return index < 1 || index > limits.maxRegions() ? null : regionAt.get(index);
  }

  /** Returns the region at an index that {@link RegionTable#find} gave. */
  @Nullable MemoryRegion regionAt(int index) {
    return regionAt.get(index);
  }

  MemoryRegion register(
      ProtectionDomain domain,
      FabricMemory memory,
      long byteCount,
      boolean logical,
      Set<Access> access)
      throws VerbsException {
    int rights = legalRights(access);
    requireSize(byteCount);
    if (!fabric.registers(byteCount)) {
      throw VerbsException.full(
          "device " + name + " cannot register " + byteCount + " bytes: the fabric refuses");
    }
    synchronized (lock) {
      requireOpen(domain);
      int index = freeRegion();
      int key = RegionTable.key(index, nextTag(index));
      MemoryRegion region =
          new MemoryRegion(domain, memory, byteCount, logical, rights, index, key);
      regionAt.set(index, region);
      publish(region);
      domain.adopt(1);
      return region;
    }
  }

  static void requireSize(long byteCount) throws VerbsException {
    if (byteCount < 1) {
      throw VerbsException.invalid("a region of " + byteCount + " bytes");
    }
  }

  private static int legalRights(Set<Access> access) throws VerbsException {
    int rights = Access.bits(access);
    if (!Access.isLegal(rights)) {
      throw VerbsException.invalid(
          "access " + access + ": REMOTE_WRITE and REMOTE_ATOMIC need LOCAL_WRITE");
    }
    return rights;
  }

  private static void requireOpen(ProtectionDomain domain) throws VerbsException {
    if (domain.isClosed()) {
      throw VerbsException.invalid("protection domain " + domain.number() + " is closed");
    }
  }

  /** Goes round, so that a place is not taken again at once. */
  private int freeRegion() throws VerbsException {
    for (int tried = 0; tried < limits.maxRegions(); tried++) {
      int index = nextRegion;
      nextRegion = index % limits.maxRegions() + 1;
      if (regionAt.get(index) == null) {
        return index;
      }
    }
    throw VerbsException.full("device " + name + " has its " + limits.maxRegions() + " regions");
  }

  private int nextTag(int index) {
    tags[index] = tags[index] == 0 ? index * TAG_STRIDE + 1 : tags[index] + 1;
    return tags[index];
  }

  private void publish(MemoryRegion region) {
    regions.put(
        region.localKey(),
        region.domain().number(),
        region.rights(),
        region.byteCount(),
        region.isLogical() ? -1 : region.memory().segmentId(),
        region.memory().segmentOffset());
  }

  void reregister(MemoryRegion region, ProtectionDomain target, Set<Access> access)
      throws VerbsException {
    int rights = legalRights(access);
    synchronized (region.changes()) {
      synchronized (lock) {
        requireOpen(target);
        if (target.device() != this) {
          throw VerbsException.invalid(
              "protection domain " + target.number() + " is not of " + name);
        }
        if (region.isClosed()) {
          throw VerbsException.invalid("the region is closed");
        }
        // From now on, so that it is not closed meanwhile.
        target.adopt(1);
      }
      withdraw(region);
      synchronized (lock) {
        region.domain().adopt(-1);
        region.become(target, rights, RegionTable.key(region.index(), nextTag(region.index())));
        publish(region);
      }
    }
  }

  void deregister(MemoryRegion region) {
    synchronized (region.changes()) {
      if (region.isClosed()) {
        return;
      }
      region.markClosed();
      withdraw(region);
      synchronized (lock) {
        regionAt.set(region.index(), null);
        region.domain().adopt(-1);
      }
    }
    region.memory().free().run();
  }

  /**
   * Takes a key back, as {@link Opcode#LOCAL_INVALIDATE} and a send with invalidate do.
   *
   * @return whether there was such a valid key of the domain
   */
  boolean invalidate(int key, ProtectionDomain domain) {
    MemoryRegion region = region(key);
    if (region == null) {
      return false;
    }
    synchronized (region.changes()) {
      if (!region.isValid() || region.localKey() != key || region.domain() != domain) {
        return false;
      }
      withdraw(region);
      return true;
    }
  }

  /**
   * Takes the key back and waits, with the region's changes held up and nothing else.
   *
   * <p>A peer is inside for the time of one copy. One that died inside is inside for ever; nothing
   * it did can do harm any more, so the wait has an end.
   */
  private void withdraw(MemoryRegion region) {
    region.invalidate();
    regions.withdraw(region.index());
    fabric.awaitUnused(() -> !regions.isUsed(region.index()));
  }

  QueuePair createQueuePair(ProtectionDomain domain, QueuePairOptions options)
      throws VerbsException {
    requireWithin("send requests", options.maxSendRequests(), limits.maxQueueRequests());
    requireWithin("receive requests", options.maxReceiveRequests(), limits.maxQueueRequests());
    requireWithin("pieces", options.maxPieces(), limits.maxPieces());
    requireWithin("inline bytes", options.maxInlineBytes(), limits.maxInlineBytes());
    requireUsable(options.sendCompletions());
    requireUsable(options.receiveCompletions());
    synchronized (lock) {
      requireOpen(domain);
      for (int place = 0; place < limits.maxQueuePairs(); place++) {
        if (queuePairAt.get(place) == null) {
          int number = QueuePairTable.number(place, ++lives[place]);
          QueuePair queuePair = new QueuePair(this, domain, options, number);
          queuePairAt.set(place, queuePair);
          domain.adopt(1);
          return queuePair;
        }
      }
    }
    throw VerbsException.full(
        "device " + name + " has its " + limits.maxQueuePairs() + " queue pairs");
  }

  private void requireUsable(CompletionQueue completions) throws VerbsException {
    if (!completions.belongsTo(this) || !completions.isUsable()) {
      throw VerbsException.invalid(
          "completion queue "
              + completions.number()
              + " overran, is closed, or is not of device "
              + name);
    }
  }

  private static void requireWithin(String what, int value, int limit) throws VerbsException {
    if (value < 0 || value > limit) {
      throw VerbsException.invalid(value + " " + what + ": the device's limit is " + limit);
    }
  }

  void destroy(QueuePair queuePair) {
    synchronized (lock) {
      queuePairs.remove(queuePair.number());
      queuePairAt.set(QueuePairTable.place(queuePair.number()), null);
      queuePair.domain().adopt(-1);
    }
  }
}
