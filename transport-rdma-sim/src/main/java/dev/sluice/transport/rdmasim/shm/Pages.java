package dev.sluice.transport.rdmasim.shm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import dev.sluice.transport.rdmasim.verbs.RegionTable;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Memory that the peer writes in place, and the peer's that this side writes: one copy into its
 * mapping, beside the stream, for which a page never waits.
 *
 * <p>No queue pair takes part: one would be in error for good after a write that was refused, and
 * memory may be closed at any moment. The keys and their checks are those of a one-sided write.
 *
 * <p>A write is complete when it returns, and the notice of stream bytes is released after it: so
 * bytes that are written afterwards are seen after the page.
 *
 * <h2>Threading</h2>
 *
 * Any thread; writes take turns.
 */
final class Pages {
  private static final byte KEY_VERSION = 1;

  /** So much takes some ms: its owner, who wants to close the memory, waits for no more. */
  private static final long MOST_BYTES_AT_ONCE = 64L << 20;

  /** A write does not wait, so it does not hear of the peer's end: a look is a system call. */
  private static final long LOOK_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final SharedFabric fabric;
  private final StreamEnds ends;
  private final PeerEnd peerEnd;
  private final MappedUse mapped;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private long lookedNanoTime = System.nanoTime();

  Pages(SharedConnection connection, PeerEnd peerEnd, MappedUse mapped) {
    fabric = connection.fabric();
    ends = connection.ends();
    this.peerEnd = peerEnd;
    this.mapped = mapped;
  }

  RegisteredMemory allocate(long byteCount) throws IOException {
    if (byteCount < 1) {
      throw new IllegalArgumentException("registered memory of " + byteCount + " bytes");
    }
    return mapped.run(
        () -> {
          MemoryRegion region = register(byteCount);
          ByteBuffer key =
              keyPrefix(fabric.own().name())
                  .putInt(region.remoteKey())
                  .putLong(region.byteCount())
                  .flip();
          return new Registered(region, key, mapped);
        });
  }

  private MemoryRegion register(long byteCount) throws IOException {
    try {
      return ends.domain().allocate(byteCount, Set.of(Access.LOCAL_WRITE, Access.REMOTE_WRITE));
    } catch (VerbsException refused) {
      if (refused.reason() != VerbsException.Reason.FULL) {
        throw refused;
      }
      throw new TransportException(
          Kind.LIMIT,
          "no more memory can be registered: " + refused.getMessage(),
          "close what is not needed any more, or allocate fewer and larger ones",
          refused);
    }
  }

  /**
   * Returns a key's version and whose memory it names, with room for the rest. Keys of regions are
   * numbers that come again in every connection; a connection's nonce does not.
   */
  private static ByteBuffer keyPrefix(SegmentName segment) {
    byte[] owner = (segment.nonce().random() + segment.side()).getBytes(US_ASCII);
    return ByteBuffer.allocate(1 + owner.length + Integer.BYTES + Long.BYTES)
        .put(KEY_VERSION)
        .put(owner);
  }

  private record Registered(MemoryRegion region, ByteBuffer bytes, MappedUse mapped)
      implements RegisteredMemory {
    @Override
    public MemorySegment segment() {
      return region.segment();
    }

    @Override
    public ByteBuffer key() {
      return bytes.asReadOnlyBuffer();
    }

    @Override
    public void close() {
      try {
        MemoryRegion _ =
            mapped.run(
                () -> {
                  region.close();
                  return region;
                });
      } catch (IOException tableIsGone) {
        // The channel's end has freed the memory, or will.
        return;
      }
    }
  }

  RemoteMemory remote(ByteBuffer key) throws IOException {
    ByteBuffer prefix = keyPrefix(fabric.peer().memory().first().name());
    int numbersAt = prefix.position();
    ByteBuffer fields = key.slice();
    if (fields.remaining() != prefix.capacity()
        || !fields.slice(0, numbersAt).equals(prefix.slice(0, numbersAt))) {
      throw new TransportException(
          Kind.IO,
          "a key of " + key.remaining() + " bytes is none of this channel's peer",
          "bring over what the peer's key() gave, as it is, and on the same channel",
          null);
    }
    int remoteKey = fields.getInt(numbersAt);
    long byteCount = fields.getLong(numbersAt + Integer.BYTES);
    return mapped.run(() -> remote(remoteKey, byteCount));
  }

  private RemoteMemory remote(int remoteKey, long byteCount) throws IOException {
    RegionTable regions = fabric.peer().regions();
    int index = byteCount < 1 ? RegionTable.NONE : find(remoteKey, 0, byteCount);
    if (index == RegionTable.NONE || regions.byteCountOf(index) != byteCount) {
      throw withdrawn(remoteKey);
    }
    fabric.forgetUnusedMemory();
    // Mapped at once, so that its file does not keep its name.
    MemorySegment _ = memoryAt(index, remoteKey);
    return new Remote(remoteKey, byteCount);
  }

  private int find(int remoteKey, long offset, long byteCount) {
    int peersReceiver =
        ends.sender().queuePair().attributes().value(QueuePairAttributes.Attribute.PEER_NUMBER);
    int domain = QueuePairTable.domain(fabric.peer().queuePairs().word(peersReceiver));
    return fabric.peer().regions().find(remoteKey, domain, Access.REMOTE_WRITE, offset, byteCount);
  }

  private MemorySegment memoryAt(int index, int remoteKey) throws IOException {
    RegionTable regions = fabric.peer().regions();
    int segment = regions.segmentId(index);
    if (segment < 0) {
      throw withdrawn(remoteKey);
    }
    long byteCount = SharedFabric.segmentByteCount(regions.byteCountOf(index));
    return fabric.peer().memory().segment(segment, byteCount);
  }

  private static TransportException withdrawn(int remoteKey) {
    return new TransportException(
        Kind.IO,
        "the peer has no memory with the key " + Integer.toHexString(remoteKey) + " (any more)",
        "it may have closed it, or the key is of another channel",
        null);
  }

  private void write(int remoteKey, long offset, MemorySegment bytes) throws IOException {
    lock.lock();
    try {
      if (!mapped.isOpen()) {
        throw new ClosedChannelException();
      }
      long done = 0;
      while (done < bytes.byteSize()) {
        long run = Math.min(MOST_BYTES_AT_ONCE, bytes.byteSize() - done);
        MemorySegment piece = bytes.asSlice(done, run);
        long at = offset + done;
        MemorySegment _ = mapped.run(() -> writePiece(remoteKey, at, piece));
        done += run;
      }
    } finally {
      lock.unlock();
    }
  }

  private MemorySegment writePiece(int remoteKey, long offset, MemorySegment bytes)
      throws IOException {
    if (!mapped.isOpen()) {
      throw new ClosedChannelException();
    }
    if (isPeerGone()) {
      throw peerEnd.explain(
          "writing memory over", new TransportException(Kind.RESET, "the peer is gone"));
    }
    RegionTable regions = fabric.peer().regions();
    boolean inside = regions.enter(remoteKey);
    try {
      int index = find(remoteKey, offset, bytes.byteSize());
      if (index == RegionTable.NONE) {
        fabric.forgetUnusedMemory();
        throw withdrawn(remoteKey);
      }
      MemorySegment memory = memoryAt(index, remoteKey);
      long at =
          DirectAccess.placeIn(memory, regions.segmentOffset(index), offset, bytes.byteSize());
      copy(bytes, memory, at, remoteKey);
      return bytes;
    } finally {
      if (inside) {
        regions.leave(remoteKey);
      }
    }
  }

  private boolean isPeerGone() {
    long nanoTime = System.nanoTime();
    if (nanoTime - lookedNanoTime < LOOK_PERIOD_NANOS) {
      return fabric.isPeerGone();
    }
    lookedNanoTime = nanoTime;
    return fabric.lookForPeer();
  }

  private void copy(MemorySegment bytes, MemorySegment memory, long at, int remoteKey)
      throws TransportException {
    try {
      MemorySegment.copy(bytes, 0, memory, at, bytes.byteSize());
    } catch (IllegalStateException unmapped) {
      if (memory.scope().isAlive() || !mapped.isOpen()) {
        throw unmapped;
      }
      // Its owner closed it, and another thread here has noticed that first.
      throw withdrawn(remoteKey);
    }
  }

  private final class Remote implements RemoteMemory {
    private final int key;
    private final long byteCount;

    Remote(int key, long byteCount) {
      this.key = key;
      this.byteCount = byteCount;
    }

    @Override
    public long byteCount() {
      return byteCount;
    }

    @Override
    public void write(long offset, MemorySegment source, long from, long count) throws IOException {
      Objects.checkFromIndexSize(offset, count, byteCount);
      Objects.checkFromIndexSize(from, count, source.byteSize());
      Pages.this.write(key, offset, source.asSlice(from, count));
    }
  }
}
