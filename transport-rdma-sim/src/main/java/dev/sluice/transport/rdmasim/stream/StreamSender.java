package dev.sluice.transport.rdmasim.stream;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of one direction. Never waits: who wants to, waits for {@link #isWritable} or
 * {@link #isEndAcknowledged} with the fabric's {@code await}, for this queue pair.
 *
 * <h2>Ownership</h2>
 *
 * The queue pair and its completion queue stay the caller's, but nobody else posts or polls there.
 * Close the queue pair first, then this, then the domain.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time; it shares nothing with the receiver of the other direction.
 *
 * <h2>Errors</h2>
 *
 * After a failure every call that moves bytes throws a new {@link TransportException}: of kind
 * RESET if the connection broke or the peer reads no more; IO if the peer broke the protocol, with
 * what it sent and what was expected. The queue pair is left as it is.
 */
public final class StreamSender implements AutoCloseable {
  /** Of a long write: the receiver starts early, while the next chunks are copied. */
  private static final int FIRST_CHUNK_BYTES = 2 * 1024;

  /** A shorter write is a message: to start early gains less than four messages cost. */
  private static final int LONG_WRITE_BYTES = 4 * FIRST_CHUNK_BYTES;

  private static final int SIGNALS_PER_QUEUE = 4;

  /** Places that bytes leave alone: for the END, and for a sign of life. */
  private static final int RESERVED = 2;

  private static final int RESERVED_FOR_END = 1;

  private final Connection connection;
  private final MemoryRegion credits;
  private final Gather gather = new Gather();
  private final ByteBuffer[] single = new ByteBuffer[1];
  private final int ownMaxChunkBytes;

  private @Nullable SendWindow window;
  private int ringKey;
  private int maxChunkBytes;
  private boolean ended;
  private boolean finished;
  private boolean refused;
  private boolean stalled;
  private long creditMessageCount;
  private long creditStallCount;

  private StreamSender(QueuePair queuePair, MemoryRegion credits, StreamOptions options) {
    this.credits = credits;
    int queue = queuePair.options().maxSendRequests();
    ownMaxChunkBytes = Math.min(options.maxChunkBytes(), queuePair.options().maxInlineBytes());
    connection = new Connection(queuePair, queue / SIGNALS_PER_QUEUE, this::take);
  }

  /**
   * Opens the end: registers the region for credits and posts the receives for them.
   *
   * @param queuePair in state INIT, so that no credit comes before its receive; made with {@link
   *     StreamOptions#senderQueuePair}
   * @param options of this side
   * @throws IllegalArgumentException if the queue pair is too small
   * @throws IOException if the memory or a place for a receive is missing
   */
  public static StreamSender open(QueuePair queuePair, StreamOptions options) throws IOException {
    if (queuePair.options().maxSendRequests() < options.sendCount()
        || queuePair.options().maxReceiveRequests() < StreamOptions.SENDER_CONTROL_RECEIVES
        || queuePair.options().maxInlineBytes() < 1) {
      throw new IllegalArgumentException(queuePair + " is too small: " + queuePair.options());
    }
    MemoryRegion credits =
        queuePair
            .domain()
            .allocate(CreditSlots.REGION_BYTES, Set.of(Access.LOCAL_WRITE, Access.REMOTE_WRITE));
    StreamSender sender = new StreamSender(queuePair, credits, options);
    boolean opened = false;
    try {
      sender.connection.postReceives(StreamOptions.SENDER_CONTROL_RECEIVES);
      opened = true;
      return sender;
    } finally {
      if (!opened) {
        credits.close();
      }
    }
  }

  /**
   * Takes what the peer told; to be called once, before anything else.
   *
   * @param peer the other side's greeting
   */
  public void connect(StreamHello peer) {
    window = new SendWindow(peer.windowBytes(), peer.receiveCount());
    ringKey = peer.ringKey();
    maxChunkBytes = Math.min(ownMaxChunkBytes, peer.maxChunkBytes());
  }

  private SendWindow window() {
    if (window == null) {
      throw new IllegalStateException("the peer's greeting was not given yet");
    }
    return window;
  }

  /** Returns the queue pair. */
  public QueuePair queuePair() {
    return connection.queuePair();
  }

  int creditKey() {
    return credits.remoteKey();
  }

  /**
   * Sends what the peer has room for. The bytes are taken: the buffers may change at once.
   *
   * @param sources their positions move by what was sent
   * @param offset of the first buffer
   * @param length how many buffers
   * @return bytes; 0 if there is no credit now, or nothing remains
   * @throws TransportException see above
   * @throws IllegalStateException after {@link #end}
   */
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    SendWindow open = window();
    connection.progress();
    requireWritable(open);
    gather.start(sources, offset, length);
    try {
      return writeGathered(open);
    } finally {
      gather.finish();
    }
  }

  /**
   * Sends what the peer has room for.
   *
   * @param source its position moves by what was sent
   * @return bytes; 0 if there is no credit now, or nothing remains
   * @throws TransportException see above
   * @throws IllegalStateException after {@link #end}
   */
  public int write(ByteBuffer source) throws IOException {
    single[0] = source;
    return (int) write(single, 0, 1);
  }

  /**
   * Sends bytes of registered memory from where they are: they must not change until the peer's
   * reader has consumed them, see {@link #unconsumedBytes}. Those of a logical region take their
   * time, and nothing is moved.
   *
   * @param source of this side's domain
   * @param offset of the first byte
   * @param byteCount how many; each message takes as many as it may
   * @return bytes; 0 if there is no credit now
   * @throws TransportException see above
   * @throws IllegalStateException after {@link #end}
   */
  public long write(MemoryRegion source, long offset, long byteCount) throws IOException {
    SendWindow open = window();
    connection.progress();
    requireWritable(open);
    long accepted = 0;
    while (accepted < byteCount && connection.hasRoom(RESERVED)) {
      long limit = Math.min(open.sendableBytes(), maxChunkBytes);
      int chunkBytes = (int) Math.min(byteCount - accepted, limit);
      if (chunkBytes == 0) {
        noteStall();
        break;
      }
      connection.post(
          connection
              .write(ringKey, open.ringOffset(), source.piece(offset + accepted, chunkBytes))
              .withImmediate(MessageKind.DATA.immediate(chunkBytes)));
      requireWorking();
      open.sent(chunkBytes);
      accepted += chunkBytes;
    }
    return accepted;
  }

  private void requireWritable(SendWindow open) throws TransportException {
    if (ended) {
      throw new IllegalStateException("the stream was ended");
    }
    requireWorking();
    if (refused) {
      throw new TransportException(
          Kind.RESET,
          "the peer reads no more: of "
              + open.sentBytes()
              + " bytes that were sent it read "
              + open.consumedBytes());
    }
  }

  private void requireWorking() throws TransportException {
    Failure failure = connection.failure();
    if (failure != null) {
      throw failure.exception();
    }
  }

  private long writeGathered(SendWindow open) throws TransportException {
    long accepted = 0;
    int ramp = gather.hasMoreThan(LONG_WRITE_BYTES) ? FIRST_CHUNK_BYTES : LONG_WRITE_BYTES;
    while (gather.hasRemaining() && connection.hasRoom(RESERVED)) {
      long limit = Math.min(open.sendableBytes(), Math.min(ramp, maxChunkBytes));
      if (limit == 0) {
        noteStall();
        break;
      }
      MemorySegment chunk = gather.chunk(limit);
      int byteCount = (int) chunk.byteSize();
      connection.post(
          connection
              .write(ringKey, open.ringOffset())
              .withImmediate(MessageKind.DATA.immediate(byteCount))
              .inline(chunk));
      requireWorking();
      open.sent(byteCount);
      gather.advance(byteCount);
      accepted += byteCount;
      ramp = Math.min(2 * ramp, maxChunkBytes);
    }
    return accepted;
  }

  /** Those who ask again and again wait for the same credit. */
  private void noteStall() {
    if (!stalled) {
      stalled = true;
      creditStallCount++;
    }
  }

  private @Nullable String take(MessageKind kind, int value, long byteCount) {
    if (kind == MessageKind.DATA || kind == MessageKind.END) {
      return "a message " + kind + " from the side that receives";
    }
    if (value >= CreditSlots.COUNT) {
      return kind + " names slot " + value + ", which is not in 0.." + (CreditSlots.COUNT - 1);
    }
    if (byteCount != CreditSlots.SLOT_BYTES) {
      return kind + " has " + byteCount + " bytes, not " + CreditSlots.SLOT_BYTES;
    }
    SendWindow open = window();
    MemorySegment slots = credits.segment();
    String problem =
        open.learn(
            CreditSlots.consumedBytes(slots, value), CreditSlots.repostedMessages(slots, value));
    if (problem != null) {
      return problem;
    }
    creditMessageCount++;
    stalled = false;
    if (kind == MessageKind.CLOSED) {
      refused = true;
    } else if (kind == MessageKind.FINISHED) {
      if (!ended) {
        return "FINISHED, but the end was not sent";
      }
      if (!refused && open.unconsumedBytes() > 0) {
        return "FINISHED after "
            + open.consumedBytes()
            + " bytes, but "
            + open.sentBytes()
            + " were sent";
      }
      finished = true;
    }
    return null;
  }

  /**
   * Tells the peer that all was written: its reader gets the end after the last byte. Calling it
   * again does nothing.
   *
   * @throws TransportException see above; not because the peer reads no more
   */
  public void end() throws IOException {
    SendWindow open = window();
    if (ended) {
      return;
    }
    connection.progress();
    requireWorking();
    connection.post(
        connection.write(ringKey, open.ringOffset()).withImmediate(MessageKind.END.immediate(0)));
    requireWorking();
    ended = true;
  }

  /**
   * Returns whether the peer's reader came to the end, or read no more before; see {@link
   * #unconsumedBytes}. Stays false if the stream {@link #failure failed} before.
   */
  public boolean isEndAcknowledged() {
    window();
    connection.progress();
    return finished;
  }

  /**
   * Writes into another region of the peer. Bytes of the stream that are sent afterwards are read
   * there after these are in their place. It needs no credit, and the peer is told nothing. A key
   * or a range that the peer does not allow breaks the connection, which a later call tells.
   *
   * @param remoteKey of the peer's region
   * @param remoteOffset bytes from the start of that region
   * @param bytes taken: they may change at once
   * @return how many of the bytes, from the first on, are on their way; 0: the send queue has no
   *     place now, see {@link #isPlaceable}
   * @throws TransportException see above; not because the peer reads no more
   */
  public long place(int remoteKey, long remoteOffset, MemorySegment bytes) throws IOException {
    window();
    connection.progress();
    long placed = 0;
    while (placed < bytes.byteSize() && connection.hasRoom(RESERVED)) {
      requireWorking();
      long byteCount = Math.min(bytes.byteSize() - placed, ownMaxChunkBytes);
      connection.post(
          connection
              .write(remoteKey, remoteOffset + placed)
              .inline(bytes.asSlice(placed, byteCount)));
      placed += byteCount;
    }
    requireWorking();
    return placed;
  }

  /** Returns whether a {@link #place} would not return 0: it would place, or throw. */
  public boolean isPlaceable() {
    window();
    connection.progress();
    return connection.failure() != null || connection.hasRoom(RESERVED);
  }

  /** Returns whether the peer has said that it reads no more. */
  public boolean isRefused() {
    window();
    connection.progress();
    return refused;
  }

  /** Returns whether a {@link #write} would not return 0: it would send, or throw. */
  public boolean isWritable() {
    SendWindow open = window();
    connection.progress();
    return connection.failure() != null
        || refused
        || ended
        || (open.sendableBytes() > 0 && connection.hasRoom(RESERVED));
  }

  /**
   * Returns how many bytes were sent that the peer's reader is not known to have consumed; exact
   * once the end is acknowledged.
   */
  public long unconsumedBytes() {
    return window().unconsumedBytes();
  }

  /**
   * Makes the connection show whether it still works, by a write without bytes: if not, the stream
   * fails after the retries of the queue pair. It costs the peer nothing, no receive either.
   *
   * @throws TransportException see above
   */
  public void keepAlive() throws IOException {
    window();
    connection.keepAlive(RESERVED_FOR_END);
    requireWorking();
  }

  /** Returns what broke the stream, as a new exception each time; empty: it works. */
  public Optional<TransportException> failure() {
    return Optional.ofNullable(connection.failure()).map(Failure::exception);
  }

  /** Returns what was done so far. */
  public StreamCounters counters() {
    SendWindow open = window();
    return new StreamCounters(
        open.sentBytes(), open.sentMessages(), creditMessageCount, creditStallCount);
  }

  /** Takes the region for credits back; what was sent goes its way. Tells the peer nothing. */
  @Override
  public void close() {
    connection.fail(Failure.closed(queuePair()));
    credits.close();
  }
}
