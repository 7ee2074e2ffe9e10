package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.verbs.Fabric;
import dev.sluice.transport.rdmasim.verbs.FabricMemory;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import dev.sluice.transport.rdmasim.verbs.RegionTable;
import dev.sluice.transport.rdmasim.verbs.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection over shared memory, as the fabric of one device. Time is real, nothing
 * is lost, and what can be written in place is: a write is one copy by the thread that posts it.
 *
 * <p>Made on this side's segment before the peer may see it; {@link #attach} adds the peer.
 *
 * <h2>Ownership</h2>
 *
 * Owns both sides' segments and the doorbell.
 *
 * <h2>Threading</h2>
 *
 * Any thread; each queue pair by one at a time.
 */
final class SharedFabric implements Fabric, Closeable {
  private static final long CACHE_LINES = SharedCounter.BYTE_COUNT;
  private static final Duration GREATEST_USE = Duration.ofSeconds(1);
  private static final long USE_LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private final MeetingFolder folder;
  private final Segment own;
  private final SharedCounter departure;
  private final RdmaDevice device;
  private final SharedLayout layout;
  private final RingConsumer[] inbound;
  private final AtomicInteger lastSegment = new AtomicInteger();

  // Guarded by this.
  private final List<Segment> more = new ArrayList<>();
  private long arenaUsed;
  private boolean closed;

  private volatile @Nullable Peer peer;
  private volatile @Nullable TransportException failure;

  /** What is known of the other side. Each ring into its memory has one producer for ever. */
  record Peer(
      PeerMemory memory,
      Doorbell bell,
      QueuePairTable queuePairs,
      RegionTable regions,
      SharedCounter departure,
      List<RingProducer> outbound) {}

  SharedFabric(String name, MeetingFolder folder, Segment own, SharedLayout layout) {
    this.folder = folder;
    this.layout = layout;
    inbound = new RingConsumer[layout.limits().maxQueuePairs()];
    this.own = own;
    departure = new SharedCounter(own.memory(), SharedLayout.departureOffset());
    for (int place = 0; place < inbound.length; place++) {
      inbound[place] = new RingConsumer(layout.ring(own, place));
    }
    device = new RdmaDevice(name, this, layout.limits());
  }

  /** Adds the other side, whose segment and control socket this owns from now on. */
  void attach(Segment peers, ControlSocket control) throws ProtocolViolation {
    layout.check(peers.byteCount());
    MemorySegment tables =
        peers
            .memory()
            .asSlice(SharedLayout.tablesOffset(), RdmaDevice.tableByteCount(layout.limits()));
    long pairBytes = QueuePairTable.byteCount(layout.limits().maxQueuePairs());
    List<RingProducer> outbound = new ArrayList<>();
    for (int place = 0; place < inbound.length; place++) {
      outbound.add(new RingProducer(layout.ring(peers, place)));
    }
    peer =
        new Peer(
            new PeerMemory(folder, peers),
            new Doorbell(control),
            new QueuePairTable(tables.asSlice(0, pairBytes), layout.limits().maxQueuePairs()),
            new RegionTable(tables.asSlice(pairBytes), layout.limits().maxRegions()),
            new SharedCounter(peers.memory(), SharedLayout.departureOffset()),
            outbound);
  }

  SharedLayout layout() {
    return layout;
  }

  RdmaDevice device() {
    return device;
  }

  /** Returns the other side; there is one once a queue pair can be connected. */
  Peer peer() {
    return Objects.requireNonNull(peer, "not attached");
  }

  Segment own() {
    return own;
  }

  RingConsumer inbound(int place) {
    return inbound[place];
  }

  /** Returns whether the peer has left, or has been found gone. */
  boolean isPeerGone() {
    return peerDeparture() != Departure.NONE || peer().bell().isPeerGone();
  }

  /** Looks at the control socket, for one who spins. */
  boolean lookForPeer() {
    return peer().bell().look() || peerDeparture() != Departure.NONE;
  }

  /** For one who would return with nothing: returns whether the peer is found gone only now. */
  boolean hasFoundPeerGone() {
    return !isPeerGone() && lookForPeer();
  }

  Departure peerDeparture() {
    return Departure.of(peer().departure().acquire());
  }

  /** Notes the first thing that the peer did against the protocol, or that broke. */
  void fail(TransportException first) {
    if (failure == null) {
      failure = first;
    }
  }

  /** Returns what the peer did against the protocol. */
  Optional<TransportException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public MemorySegment tables(long byteCount) {
    return own.memory().asSlice(SharedLayout.tablesOffset(), byteCount);
  }

  /** The first regions find place in the segment of the set-up, later ones get their own. */
  @Override
  public FabricMemory allocate(long byteCount) throws IOException {
    long size = SharedLayout.aligned(byteCount, CACHE_LINES);
    synchronized (this) {
      long offset = layout.arenaOffset() + arenaUsed;
      if (size <= own.byteCount() - offset) {
        arenaUsed += size;
        return new FabricMemory(own.memory().asSlice(offset, byteCount), 0, offset, () -> {});
      }
    }
    int number = lastSegment.incrementAndGet();
    Segment segment =
        Segment.create(folder, own.name().numbered(number), segmentByteCount(byteCount));
    synchronized (this) {
      if (closed) {
        segment.close();
        throw new AsynchronousCloseException();
      }
      more.add(segment);
    }
    return new FabricMemory(segment.memory().asSlice(0, byteCount), number, 0, () -> free(segment));
  }

  /** Returns the size of the segment that a region of some size gets. */
  static long segmentByteCount(long regionByteCount) {
    return SharedLayout.aligned(regionByteCount, CACHE_LINES);
  }

  /** Unmaps memory of the peer that it does not use any more. */
  void forgetUnusedMemory() throws IOException {
    peer().memory().retain(this::usedByPeer);
  }

  private Set<Integer> usedByPeer() {
    Set<Integer> used = new HashSet<>();
    for (int index = 1; index <= layout.limits().maxRegions(); index++) {
      if (peer().regions().isPresent(index)) {
        used.add(peer().regions().segmentId(index));
      }
    }
    return used;
  }

  private void free(Segment segment) {
    try {
      segment.close();
    } catch (IOException stillUsed) {
      // The channel's end tries again.
      throw new UncheckedIOException(stillUsed);
    }
    synchronized (this) {
      more.remove(segment);
    }
  }

  @Override
  public Wire wire(QueuePair queuePair) {
    return new SharedWire(this, queuePair);
  }

  /**
   * A peer that is stopped, or died, in the middle of a copy is inside for ever. Its mapping keeps
   * the memory; this side's may go.
   */
  @Override
  public void awaitUnused(BooleanSupplier unused) {
    Deadline deadline = Deadline.after(GREATEST_USE);
    while (!unused.getAsBoolean() && !deadline.passed() && !isPeerGone()) {
      LockSupport.parkNanos(this, USE_LOOK_NANOS);
    }
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public boolean await(List<QueuePair> listening, BooleanSupplier ready, Duration atMost)
      throws IOException {
    Deadline deadline = Deadline.after(atMost);
    List<SharedWire> wires =
        listening.stream().map(queuePair -> (SharedWire) queuePair.wire()).toList();
    Waiting waiting = new Waiting(peer().bell());
    Armable all = armableOf(wires);
    while (true) {
      long startNanos = nowNanos();
      long timerNanos = timerNanos(wires);
      boolean[] came = {false};
      // What comes meanwhile may start a timer that is due sooner; then the wait is a shorter one.
      Doorbell.Check cameOrSooner =
          () -> {
            came[0] = ready.getAsBoolean();
            long soonest = came[0] ? Long.MAX_VALUE : timerNanos(wires);
            return came[0]
                || (soonest != Long.MAX_VALUE && soonest < timerNanos - (nowNanos() - startNanos));
          };
      boolean _ = waiting.await(cameOrSooner, all, Math.min(deadline.remainingNanos(), timerNanos));
      if (came[0]) {
        return true;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      if (isClosed()) {
        throw new AsynchronousCloseException();
      }
      if (deadline.passed() || isPeerGone()) {
        // Without a wait nobody has listened to the socket.
        return ready.getAsBoolean() || (hasFoundPeerGone() && ready.getAsBoolean());
      }
    }
  }

  private static long timerNanos(List<SharedWire> wires) {
    long soonest = Long.MAX_VALUE;
    for (SharedWire wire : wires) {
      soonest = Math.min(soonest, wire.timerNanos());
    }
    return soonest;
  }

  private static Armable armableOf(List<SharedWire> wires) {
    return new Armable() {
      @Override
      public void arm() {
        wires.forEach(SharedWire::arm);
      }

      @Override
      public void disarm() {
        wires.forEach(SharedWire::disarm);
      }
    };
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Lets all who wait look again. */
  void wakeAll() {
    peer().bell().wakeAll();
  }

  /**
   * Leaves: tells the peer how, ends all waits, and frees the memory of both sides. Calling it
   * again does nothing.
   *
   * @param how CLOSED or ABORTED
   */
  void leave(Departure how) throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    boolean killed = true;
    try {
      departure.release(how.code());
      killed = peer().bell().look() && peerDeparture() == Departure.NONE;
    } finally {
      try {
        close();
      } finally {
        if (killed) {
          // It may have made memory that this side has not mapped, and would have removed itself.
          folder.removeAll(own.name().nonce());
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (Opening all = new Opening()) {
      all.add(own);
      synchronized (this) {
        closed = true;
        more.forEach(all::add);
        more.clear();
      }
      Peer other = peer;
      if (other != null) {
        all.add(other.memory());
        // First of all: it ends the waits, and tells the peer.
        all.add(other.bell());
      }
    }
  }
}
