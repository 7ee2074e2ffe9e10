package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import dev.sluice.transport.rdmasim.verbs.RegionTable;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Memory that the peer writes in place, and the peer's that this side writes: over a queue pair of
 * its own, so that a page never waits for the stream.
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
  private static final int KEY_BYTE_COUNT = 1 + Integer.BYTES + Long.BYTES;

  /** Of one request; less than the greatest message. */
  private static final long MOST_REQUEST_BYTES = 1L << 30;

  private final SharedFabric fabric;
  private final StreamEnds ends;
  private final PeerEnd peerEnd;
  private final BooleanSupplier open;
  private final ReentrantLock lock = new ReentrantLock();

  Pages(SharedConnection connection, PeerEnd peerEnd, BooleanSupplier open) {
    fabric = connection.fabric();
    ends = connection.ends();
    this.peerEnd = peerEnd;
    this.open = open;
  }

  RegisteredMemory allocate(long byteCount) throws IOException {
    if (byteCount < 1) {
      throw new IllegalArgumentException("registered memory of " + byteCount + " bytes");
    }
    return new Registered(
        ends.domain().allocate(byteCount, Set.of(Access.LOCAL_WRITE, Access.REMOTE_WRITE)));
  }

  private record Registered(MemoryRegion region) implements RegisteredMemory {
    @Override
    public MemorySegment segment() {
      return region.segment();
    }

    @Override
    public ByteBuffer key() {
      return ByteBuffer.allocate(KEY_BYTE_COUNT)
          .put(KEY_VERSION)
          .putInt(region.remoteKey())
          .putLong(region.byteCount())
          .flip()
          .asReadOnlyBuffer();
    }

    @Override
    public void close() {
      region.close();
    }
  }

  RemoteMemory remote(ByteBuffer key) throws IOException {
    if (key.remaining() != KEY_BYTE_COUNT || key.get(key.position()) != KEY_VERSION) {
      throw new TransportException(
          Kind.IO,
          "a key of " + key.remaining() + " bytes is none of this peer's",
          "bring over what the peer's key() gave, as it is",
          null);
    }
    ByteBuffer fields = key.duplicate();
    int remoteKey = fields.getInt(fields.position() + 1);
    long byteCount = fields.getLong(fields.position() + 1 + Integer.BYTES);
    RegionTable regions = fabric.peer().regions();
    if (byteCount < 1
        || !isKnown(remoteKey, byteCount)
        || regions.byteCountOf(RegionTable.index(remoteKey)) != byteCount) {
      throw withdrawn(remoteKey);
    }
    fabric.forgetUnusedMemory();
    int segment = regions.segmentId(RegionTable.index(remoteKey));
    if (segment < 0) {
      throw withdrawn(remoteKey);
    }
    // Mapped at once, so that its file does not keep its name.
    MemorySegment _ =
        fabric.peer().memory().segment(segment, SharedFabric.segmentByteCount(byteCount));
    return new Remote(remoteKey, byteCount);
  }

  private boolean isKnown(int remoteKey, long byteCount) {
    long peersPages =
        fabric.peer().queuePairs().word(ends.pages().attributes().value(Attribute.PEER_NUMBER));
    return fabric
            .peer()
            .regions()
            .find(remoteKey, QueuePairTable.domain(peersPages), Access.REMOTE_WRITE, 0, byteCount)
        != RegionTable.NONE;
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
      long done = 0;
      while (done < bytes.byteSize()) {
        long run = Math.min(MOST_REQUEST_BYTES, bytes.byteSize() - done);
        writeOne(remoteKey, offset + done, bytes.asSlice(done, run));
        done += run;
      }
    } catch (IllegalStateException unmapped) {
      if (open.getAsBoolean()) {
        throw unmapped;
      }
      throw new ClosedChannelException();
    } finally {
      lock.unlock();
    }
  }

  private void writeOne(int remoteKey, long offset, MemorySegment bytes) throws IOException {
    if (!open.getAsBoolean()) {
      throw new ClosedChannelException();
    }
    if (fabric.isPeerGone()) {
      throw peerEnd.explain(
          "writing memory over", new TransportException(Kind.RESET, "the peer is gone"));
    }
    // Looked at first: a request that is refused would end the queue pair for all pages.
    if (!isKnown(remoteKey, 1)) {
      throw withdrawn(remoteKey);
    }
    ends.pages().postSend(SendRequest.write(0, remoteKey, offset).inline(bytes));
    WorkCompletion completion = ends.pageCompletions().poll();
    if (completion == null || completion.status() != CompletionStatus.SUCCESS) {
      CompletionStatus status =
          completion == null ? CompletionStatus.GENERAL_ERROR : completion.status();
      throw status == CompletionStatus.REMOTE_ACCESS_ERROR
          ? withdrawn(remoteKey)
          : peerEnd.explain(
              "writing memory over", new TransportException(Kind.RESET, status.toString()));
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
